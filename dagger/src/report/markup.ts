/** HTML in which everything that is not written here is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | undefined | readonly Markup[];

/** A template: its own text is markup, every value in it is text, unless it is markup itself. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.reduce((all, text, index) => `${all}${render(parts[index - 1])}${text}`) };
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map((one) => one.markup).join("");
}

/** For text and for attributes in quotes. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);

export const joined = (parts: readonly Markup[], by: string): Markup => ({ markup: parts.map((part) => part.markup).join(escapeHtml(by)) });
