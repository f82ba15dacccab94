import { TerraformError } from "./terraform-error.ts";

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The evaluated members of a resource, or of a block in it; Terraform takes "1" for 1. */
export class Values {
  readonly where: string;
  readonly raw: Readonly<Record<string, unknown>>;

  constructor(where: string, raw: Readonly<Record<string, unknown>>) {
    this.where = where;
    this.raw = raw;
  }

  text(name: string): string {
    const value = this.maybeText(name);
    if (value === undefined) throw new TerraformError(`${this.where} has no ${name}.`);
    return value;
  }

  maybeText(name: string): string | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") throw new TerraformError(`${this.where}: ${name} has to be a text.`);
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  number(name: string): number | undefined {
    const text = this.maybeText(name);
    if (text === undefined) return undefined;
    if (!Number.isFinite(Number(text))) throw new TerraformError(`${this.where}: ${name} has to be a number, and is ${text}.`);
    return Number(text);
  }

  flag(name: string): boolean | undefined {
    const text = this.maybeText(name);
    return text === undefined ? undefined : text === "true";
  }

  texts(name: string): string[] {
    const value = this.raw[name];
    return value === undefined || value === null ? [] : [value].flat().map(String);
  }

  /** Nested blocks: one of them may stand without a list. */
  blocks(name: string): Values[] {
    const value = this.raw[name];
    return (value === undefined || value === null ? [] : [value].flat()).filter(isRecord).map((raw, index) => new Values(`${this.where}.${name}[${String(index)}]`, raw));
  }

  block(name: string): Values | undefined {
    return this.blocks(name)[0];
  }

  map(name: string): Record<string, string> {
    const value = this.raw[name];
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)])) : {};
  }
}

/** Without the members that are undefined, which a schema may not take. */
export const given = <Type extends object>(members: Type): Type => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Type;
