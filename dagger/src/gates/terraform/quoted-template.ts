/**
 * A text of Terraform JSON, which is a template, between quotes as Terraform's
 * own language has it: escaped, but for what stands in \${…} and %{…}, where
 * quotes are quotes. A template that does not end is escaped whole; nobody can parse it.
 */
export function quotedTemplate(text: string): string {
  let result = "";
  let at = 0;
  while (at < text.length) {
    const literal = /^(?:\$\$\{|%%\{|[^$%]+|[$%](?!\{))/.exec(text.slice(at))?.[0];
    const end = literal === undefined ? endOfInterpolation(text, at + 2) : at + literal.length;
    if (end === undefined) return `"${escaped(text)}"`;
    result += literal === undefined ? text.slice(at, end) : escaped(literal);
    at = end;
  }
  return `"${result}"`;
}

/** JSON's escapes are the language's, but for two. */
const escaped = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (escape, letter: string) => (letter === "b" ? "\\u0008" : letter === "f" ? "\\u000c" : escape));

/** Just behind the brace that closes what begins at `from`; undefined when there is none. */
function endOfInterpolation(text: string, from: number): number | undefined {
  let depth = 1;
  let at: number | undefined = from;
  while (at !== undefined && at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at + 1);
      continue;
    }
    at += 1;
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Just behind the closing quote of a string, which may hold interpolations itself. */
function endOfString(text: string, from: number): number | undefined {
  let at: number | undefined = from;
  while (at !== undefined && at < text.length) {
    if (text[at] === '"') return at + 1;
    if (text[at] === "\\" || text.startsWith("$${", at) || text.startsWith("%%{", at)) at += text[at] === "\\" ? 2 : 3;
    else if (text.startsWith("${", at) || text.startsWith("%{", at)) at = endOfInterpolation(text, at + 2);
    else at += 1;
  }
  return undefined;
}
