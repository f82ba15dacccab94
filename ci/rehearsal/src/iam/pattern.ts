/** Context keys are the same in any case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export function contextValues(context: Context, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return typeof found === "string" ? [found] : found;
}

const variable = /\$\{([^}]*)\}/g;
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const wildcards = (text: string): string => escape(text).replaceAll(String.raw`\*`, ".*").replaceAll(String.raw`\?`, ".");

/**
 * Whether a text is of a pattern: `*` is any text, `?` one character, and
 * `${aws:PrincipalArn}` what the request has; a variable that it has not makes
 * it match nothing. Without a context `${` has no meaning: policies of before 2012.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function matches(pattern: string, text: string, context?: Context, { ignoreCase = false, literal = false }: { readonly ignoreCase?: boolean; readonly literal?: boolean } = {}): boolean {
  const plain = literal ? escape : wildcards;
  let source = "";
  let end = 0;
  for (const found of context === undefined ? [] : pattern.matchAll(variable)) {
    const value = valueOf(found[1] ?? "", context ?? {});
    if (value === undefined) return false;
    source += plain(pattern.slice(end, found.index)) + escape(value);
    end = found.index + found[0].length;
  }
  return new RegExp(`^${source}${plain(pattern.slice(end))}$`, ignoreCase ? "is" : "s").test(text);
}

/** `${*}`, `${?}` and `${$}` stand for the characters; `${key, 'otherwise'}` has a default. */
function valueOf(inner: string, context: Context): string | undefined {
  if (["*", "?", "$"].includes(inner)) return inner;
  const [key, otherwise] = inner.split(/,\s*/, 2);
  const values = contextValues(context, (key ?? "").trim());
  return values?.length === 1 ? values[0] : /^'(.*)'$/.exec(otherwise ?? "")?.[1];
}

/** Part by part: a `*` does not reach over a colon, save in the last. */
export function arnMatches(pattern: string, arn: string, context?: Context): boolean {
  if (pattern === "*") return true;
  const patternParts = arnParts(pattern);
  const parts = arnParts(arn);
  return patternParts.length === parts.length && patternParts.every((part, index) => matches(part, parts[index] ?? "", context));
}

function arnParts(arn: string): string[] {
  // A variable's name has colons of its own.
  const parts = arn.split(/:(?![^${]*\})/);
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}
