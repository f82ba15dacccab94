import type { Block, Body, StackDocument } from "./stack-document.ts";

/** Reading a block's members, whose form is the provider's. */

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);

/** Nested blocks: one of them may stand without a list. */
export const bodies = (body: Body, key: string): Body[] => [body[key]].flat(2).filter(isBody);

export const textOf = (body: Body, key: string): string | undefined => {
  const value = body[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

export const textsOf = (body: Body, key: string): string[] => [body[key]].flat(2).filter((value) => typeof value === "string");

export const isTrue = (body: Body, key: string): boolean => textOf(body, key) === "true";

export const resourcesOf = (stack: StackDocument, ...types: readonly string[]): Block[] => stack.blocks.filter(({ kind, type }) => kind === "resource" && types.includes(type));

/** What a text refers to: `${aws_lb.main.arn}` is about `aws_lb.main`. */
export const referencesIn = (text: string): string[] => [...text.matchAll(/\$\{[^}]*?((?:data\.)?aws_\w+\.[\w-]+)/g)].flatMap(([, address]) => (address === undefined ? [] : [address]));

/** Whether a text names a block: by a reference, or by the name that the block gives itself. */
export const isAbout = (text: string, block: Block, ownName: string): boolean => referencesIn(text).includes(block.address) || text === textOf(block.body, ownName);

/** Every value of a key, however deep it stands. */
export function valuesOf(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, key));
  if (!isBody(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === key ? [member] : valuesOf(member, key)));
}

/** Every text in a value, with the keys that lead to it. */
export function* textsWithin(value: unknown, path: readonly string[] = []): Generator<{ readonly path: readonly string[]; readonly text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* textsWithin(item, path);
  else if (isBody(value)) for (const [key, member] of Object.entries(value)) if (key !== "//") yield* textsWithin(member, [...path, key]);
}
