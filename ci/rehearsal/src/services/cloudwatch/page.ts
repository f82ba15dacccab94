import { AwsError } from "../../protocol/aws-error.ts";

/** A page of a list; the token is where the next one begins. */
export function page<Item>(items: readonly Item[], token: string | undefined, size: number): { readonly items: Item[]; readonly next?: string } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw new AwsError("InvalidNextToken", "The next token specified is invalid.");
  return { items: items.slice(start, start + size), ...(start + size < items.length ? { next: String(start + size) } : {}) };
}
