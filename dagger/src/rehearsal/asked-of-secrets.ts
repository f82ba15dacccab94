/** The JSON keys that a template asks of each secret: `__DATABASE_SECRET__:password::`. `secrets` has placeholder -> name. */
export function askedOfSecrets(template: string, secrets: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([placeholder, name]) => [name, [...new Set([...template.matchAll(new RegExp(`__${placeholder}__:([A-Za-z0-9_.-]+):`, "g"))].flatMap(([, key]) => (key === undefined ? [] : [key])))].toSorted()]),
  );
}
