import fc from "fast-check";

/** A text as a tool that broke might have left it: cut off, or with a part of it gone, doubled or garbled. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const at = fc.nat(Math.max(0, text.length - 1));
  const lines = text.split("\n");
  const line = fc.nat(lines.length - 1);
  const cut = at.map((length) => text.slice(0, length));
  const gone = fc.tuple(at, fc.integer({ min: 1, max: 400 })).map(([from, length]) => text.slice(0, from) + text.slice(from + length));
  const doubled = fc.tuple(at, fc.integer({ min: 1, max: 400 })).map(([from, length]) => text.slice(0, from + length) + text.slice(from));
  const garbled = fc.tuple(at, fc.string({ minLength: 1, maxLength: 3 })).map(([from, noise]) => text.slice(0, from) + noise + text.slice(from + noise.length));
  const lineGone = line.map((index) => lines.filter((_, candidate) => candidate !== index).join("\n"));
  const lineDoubled = line.map((index) => lines.flatMap((content, candidate) => (candidate === index ? [content, content] : [content])).join("\n"));
  return fc.oneof(cut, gone, doubled, garbled, lineGone, lineDoubled);
}
