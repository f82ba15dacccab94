import { webAddress } from "./links.ts";

/** What tools wrote, as Markdown that means nothing but itself: no markup, no HTML, no mention, no link. */

/** Text of one line. What GitHub would make a link or a mention of becomes a code span: it can be read and copied, and calls nobody. */
export function escapeMarkdown(text: string, longest = 300): string {
  const parts = shorten(oneLine(text), longest).split(/(\S*(?:@\w|#\d|\bGH-\d|:\/\/|\bwww\.)\S*)/i);
  return parts.map((part, index) => (index % 2 === 0 ? escapeSigns(part, index === 0) : (part.replace(/^(["'(]*)(.*?)([."',;:!?)]*)$/, (_, before: string, token: string, after: string) => `${escapeSigns(before)}${code(token)}${escapeSigns(after)}`)))).join("");
}

function escapeSigns(text: string, startsLine = false): string {
  const escaped = text.replaceAll(/[\\`*_[\]~<>#$&]/g, String.raw`\$&`);
  // These mean something only where a paragraph begins.
  return startsLine ? escaped.replace(/^([-+=]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? start : `\\${start}`)).replace(/^(\d+)([.)])/, String.raw`$1\$2`) : escaped;
}

/** A code span. */
export function code(text: string, longest = 200): string {
  const line = shorten(oneLine(text), longest);
  if (line === "") return "";
  const longestRun = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** `[text](<address>)`; the text alone where the address is none. `text` is Markdown. */
export function linked(text: string, link: string | undefined): string {
  const address = webAddress(link);
  // In angle brackets only these three need care, and a table's cell has its own opinion of the last.
  return address === undefined ? text : `[${text}](<${address.replaceAll(/[<>\\|`]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}>)`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A code span knows no escapes, but its table does.
  const cell = (text: string): string => text.replaceAll(/(\\*)\|/g, (sign, slashes: string) => (slashes.length % 2 === 1 ? sign : `${slashes}\\|`));
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Line breaks of any kind become spaces. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const shorten = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`);
