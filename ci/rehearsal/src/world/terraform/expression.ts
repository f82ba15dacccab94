import { functions } from "./functions.ts";
import { TerraformError } from "./terraform-error.ts";

/** What a reference stands for: `["aws_ecs_cluster", "main", "arn"]`. Throws TerraformError for what is not there. */
export type Resolve = (path: readonly (string | number)[]) => Promise<unknown>;

/** A value of Terraform JSON with all of its `${…}` replaced. `where` is its place, for errors. */
export async function evaluateValue(value: unknown, resolve: Resolve, where: string): Promise<unknown> {
  if (typeof value === "string") return evaluateTemplate(value, resolve, where);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await evaluateValue(item, resolve, where));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const members: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) if (key !== "//") members[key] = await evaluateValue(member, resolve, where);
  return members;
}

/** A text that is one `${…}` has that value, of whatever type. */
async function evaluateTemplate(text: string, resolve: Resolve, where: string): Promise<unknown> {
  const parts: unknown[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("$${", at)) {
      plain += "${";
      at += 3;
    } else if (text.startsWith("%{", at)) {
      throw new TerraformError(`${where} has a template directive (%{…}), which the rehearsal does not read.`);
    } else if (text.startsWith("${", at)) {
      const expression = new Expression(text, at + 2, resolve, where);
      const value = await expression.read();
      at = expression.close();
      parts.push(plain, value);
      plain = "";
    } else {
      plain += text[at] ?? "";
      at += 1;
    }
  }
  if (parts.length === 2 && parts[0] === "" && plain === "") return parts[1];
  return parts.map((part) => (typeof part === "object" && part !== null ? JSON.stringify(part) : String(part))).join("") + plain;
}

/** Reads and evaluates one expression, from a place in a text on. */
class Expression {
  readonly #text: string;
  readonly #resolve: Resolve;
  readonly #where: string;
  #at: number;

  constructor(text: string, at: number, resolve: Resolve, where: string) {
    this.#text = text;
    this.#at = at;
    this.#resolve = resolve;
    this.#where = where;
  }

  /** After the `}` that ends it. */
  close(): number {
    if (!this.#take("}")) throw this.#unread();
    return this.#at;
  }

  async read(): Promise<unknown> {
    this.#space();
    if (this.#text[this.#at] === '"') return this.#string();
    if (this.#take("[")) return this.#list("]");
    if (this.#take("{")) return this.#object();
    const word = this.#match(/-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*/y);
    if (word === undefined) throw this.#unread();
    if (/^-?\d/.test(word)) return Number(word);
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    return this.#take("(") ? this.#call(word) : this.#resolve(await this.#path(word));
  }

  async #call(name: string): Promise<unknown> {
    const called = functions[name];
    if (called === undefined) throw new TerraformError(`${this.#where} calls ${name}(), which the rehearsal does not have. It would be in ci/rehearsal/src/world/terraform/functions.ts.`);
    return called(...((await this.#list(")")) as never[]));
  }

  async #list(end: string): Promise<unknown[]> {
    const items: unknown[] = [];
    while (!this.#take(end)) {
      items.push(await this.read());
      this.#take(",");
    }
    return items;
  }

  async #object(): Promise<Record<string, unknown>> {
    const members: Record<string, unknown> = {};
    while (!this.#take("}")) {
      this.#space();
      const key = this.#text[this.#at] === '"' ? String(await this.#string()) : this.#match(/[A-Za-z_][\w-]*/y);
      if (key === undefined || !(this.#take("=") || this.#take(":"))) throw this.#unread();
      members[key] = await this.read();
      this.#take(",");
    }
    return members;
  }

  async #path(first: string): Promise<(string | number)[]> {
    const path: (string | number)[] = [first];
    for (;;) {
      const member = this.#match(/\.([A-Za-z_][\w-]*|\d+)/y);
      if (member !== undefined) path.push(/^\.\d/.test(member) ? Number(member.slice(1)) : member.slice(1));
      else if (this.#take("[")) {
        const key = await this.read();
        if ((typeof key !== "string" && typeof key !== "number") || !this.#take("]")) throw this.#unread();
        path.push(key);
      } else return path;
    }
  }

  async #string(): Promise<unknown> {
    const start = this.#at;
    let depth = 0;
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const here = this.#text[this.#at];
      if (here === "\\") this.#at += 1;
      else if (here === "{" && this.#text[this.#at - 1] === "$") depth += 1;
      else if (here === "}" && depth > 0) depth -= 1;
      else if (here === '"' && depth === 0) {
        this.#at += 1;
        const raw = this.#text.slice(start + 1, this.#at - 1).replace(/\\(.)/gs, (_all, char: string) => ({ n: "\n", t: "\t", r: "\r" })[char] ?? char);
        return evaluateTemplate(raw, this.#resolve, this.#where);
      }
    }
    throw this.#unread();
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #take(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #unread(): TerraformError {
    return new TerraformError(`${this.#where}: the rehearsal cannot read the expression ${this.#text} at "${this.#text.slice(this.#at, this.#at + 20)}".`);
  }
}
