import fc from "fast-check";

/** A report as a tool that broke might have left it: cut off, or with one value of it gone, doubled or of another kind. */
export function mutatedJson(text: string): fc.Arbitrary<string> {
  const json: unknown = JSON.parse(text);
  const paths = pathsOf(json);
  const cut = fc.nat(text.length - 1).map((length) => text.slice(0, length));
  const garbled = fc.tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 })).map(([at, noise]) => text.slice(0, at) + noise + text.slice(at + noise.length));
  const replaced = fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom<unknown[]>(null, true, -1, 1e9, "", "\u0000", [], {}, [null], gone))
    .map(([path, value]) => JSON.stringify(changed(json, path, value)) as string | undefined)
    .map((result) => result ?? "");
  return fc.oneof(cut, garbled, replaced);
}

type Path = readonly (string | number)[];
const gone = Symbol("gone");

function pathsOf(json: unknown, path: Path = []): Path[] {
  if (Array.isArray(json)) return [path, ...json.flatMap((value, index) => pathsOf(value, [...path, index]))];
  if (typeof json === "object" && json !== null) return [path, ...Object.entries(json).flatMap(([key, value]) => pathsOf(value, [...path, key]))];
  return [path];
}

function changed(json: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value === gone ? undefined : value;
  const inner = changed((json as Record<string | number, unknown>)[head], rest, value);
  if (Array.isArray(json)) return json.flatMap((item: unknown, index) => (index !== head ? [item] : inner === undefined ? [] : [inner]));
  return Object.fromEntries(Object.entries(json as object).flatMap(([key, item]: [string, unknown]) => (key !== head ? [[key, item]] : inner === undefined ? [] : [[key, inner]])));
}
