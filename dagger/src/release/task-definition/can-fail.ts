/**
 * Whether a health check's command can ever fail. A shell line is read only as
 * far as that question needs: what is not understood counts as one that can.
 */
export function canFail(command: readonly string[]): boolean {
  const [kind, ...rest] = command;
  if (kind === "NONE") return false;
  if (kind === "CMD-SHELL") return listCanFail(rest.join(" "));
  return kind !== "CMD" || argvCanFail(rest);
}

/** Programs that always say yes. */
const pleased = ["true", ":", "echo", "printf"];

function argvCanFail(argv: readonly string[]): boolean {
  const [program = "", ...rest] = argv;
  const name = program.replace(/^.*\//, "");
  const script = rest.findIndex((argument) => /^-\w*c$/.test(argument));
  if (["sh", "bash", "ash", "dash"].includes(name) && script !== -1) return listCanFail(rest[script + 1] ?? "");
  return !pleased.includes(name);
}

type Separator = "" | ";" | "&" | "&&" | "||" | "|";
interface Part {
  readonly text: string;
  /** What follows it. */
  readonly then: Separator;
}

/** `a; b && c || d`: the last list decides, or the first one that exits. */
function listCanFail(text: string): boolean {
  if (/^\s*(if|case|while|until|for)\b/.test(text)) return true;
  const lists = chainsOf(splitShell(text));
  for (const chain of lists) {
    const [only] = chain;
    if (chain.length !== 1 || only === undefined) continue;
    const exit = /^exit\s+(\d+)$/.exec(only.text.trim());
    if (exit !== null) return exit[1] !== "0";
  }
  const last = lists.findLast((chain) => chain.some(({ text: part }) => part.trim() !== ""));
  return last !== undefined && chainCanFail(last);
}

function chainsOf(parts: readonly Part[]): Part[][] {
  const chains: Part[][] = [[]];
  for (const part of parts) {
    chains.at(-1)?.push(part);
    if (part.then === ";" || part.then === "&") chains.push([]);
  }
  return chains;
}

interface Ends {
  readonly well: boolean;
  readonly badly: boolean;
}

function chainCanFail(chain: readonly Part[]): boolean {
  if (chain.at(-1)?.then === "&") return false;
  let so: Ends = { well: true, badly: false };
  let before: Separator = "&&";
  for (const { text, then } of chain) {
    const own = endsOf(text);
    // Of a pipe, the last program decides.
    if (then !== "|") {
      so = before === "||" ? { well: so.well || own.well, badly: so.badly && own.badly } : { well: so.well && own.well, badly: so.badly || (so.well && own.badly) };
      before = then;
    }
  }
  return so.badly;
}

function endsOf(part: string): Ends {
  const text = part.trim();
  const [, inner] = /^\((.*)\)$/s.exec(text) ?? /^\{\s(.*)\}$/s.exec(text) ?? [];
  if (inner !== undefined) return { well: true, badly: listCanFail(inner) };
  if (/^!\s/.test(text)) return { well: true, badly: true };
  const exit = /^exit(?:\s+(\d+))?$/.exec(text);
  // A bare exit passes on what went before.
  if (exit !== null) return { well: exit[1] === undefined || exit[1] === "0", badly: exit[1] !== "0" };
  const argv = (text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/s, "$2")).filter((word, index) => index > 0 || word !== "exec");
  if (/^false$/.test(argv[0] ?? "")) return { well: false, badly: true };
  return { well: true, badly: argvCanFail(argv) };
}

/** At the separators that stand in no quotes and no brackets. */
function splitShell(text: string): Part[] {
  const parts: Part[] = [];
  let part = "";
  let depth = 0;
  for (const [token] of text.matchAll(/\\.|"(?:[^"\\]|\\.)*"|'[^']*'|\$\(|[({]|[)}]|\d?>&\d?|&>|&&|\|\||[;|&\n]|[^\\"'$(){};|&\n\d>]+|./gs)) {
    if (token === "$(" || token === "(" || token === "{") depth += 1;
    else if (token === ")" || token === "}") depth -= 1;
    if (depth === 0 && [";", "\n", "&", "&&", "||", "|"].includes(token)) {
      parts.push({ text: part, then: token === "\n" ? ";" : (token as Separator) });
      part = "";
    } else part += token;
  }
  return [...parts, { text: part, then: "" }];
}
