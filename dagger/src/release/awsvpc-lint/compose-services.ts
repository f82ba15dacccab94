/** The names under `services:` of a Compose file, which its containers reach each other by. Written in YAML's block form; others give none. */
export function composeServices(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const start = lines.findIndex((line) => /^services:\s*(#.*)?$/.test(line));
  const rest = start === -1 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  const block = end === -1 ? rest : rest.slice(0, end);
  const indent = /^ */.exec(block[0] ?? "")?.[0] ?? "";
  return block.flatMap((line) => {
    const [, name] = new RegExp(`^${indent}["']?([\\w.-]+)["']?:`).exec(line) ?? [];
    return name === undefined || indent === "" ? [] : [name];
  });
}
