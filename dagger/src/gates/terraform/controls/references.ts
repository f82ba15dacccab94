import type { Block, Body, TerraformDocument } from "../terraform-json.ts";

/** How the controls read Terraform's values. Nothing is evaluated: what is not written down is not known. */

/** The files of one folder, which Terraform takes together. */
export interface Stack {
  readonly blocks: readonly Block[];
  readonly modules: readonly string[];
}

export function stacksOf(documents: readonly TerraformDocument[]): Stack[] {
  return [...new Set(documents.map((document) => document.folder))].map((folder) => {
    const together = documents.filter((document) => document.folder === folder);
    return { blocks: together.flatMap((document) => document.blocks), modules: together.flatMap((document) => document.modules) };
  });
}

export function resources(stack: Stack, ...types: readonly string[]): Block[] {
  return stack.blocks.filter((block) => block.kind === "resource" && types.includes(block.type) && block.body["count"] !== 0);
}

/** True unless it depends on something whether this resource comes to be. */
export function isCertain(block: Block): boolean {
  const { count, for_each: forEach } = block.body;
  if (count !== undefined) return typeof count === "number" && count > 0;
  if (forEach !== undefined) return typeof forEach === "object" && forEach !== null && Object.keys(forEach).length > 0;
  return true;
}

/** Nested blocks, which may be written as one object or as a list of them. */
export function nested(body: Body, key: string): Body[] {
  return list(body[key]).filter((value): value is Body => typeof value === "object" && value !== null && !Array.isArray(value));
}

export function list(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

export function texts(value: unknown): string[] {
  return list(value).filter((item): item is string => typeof item === "string");
}

/** A number, however it is written; undefined for what is known only when it is applied. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** Names of the resources of one of these types that a value refers to. */
export function namesReferredTo(value: unknown, ...types: readonly string[]): string[] {
  return texts(value).flatMap((text) => [...text.matchAll(/\$\{(\w+)\.([\w-]+)(?:\[[^\]]*\])?\.\w+\}/g)].flatMap(([, type = "", name = ""]) => (types.includes(type) ? [name] : [])));
}
