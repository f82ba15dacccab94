import { AwsError } from "../../protocol/aws-error.ts";

/** A part of a list, and the token for the next. Throws for a token that was not given out. */
export function page(items: readonly string[], { nextToken, maxResults = 100 }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined }): { readonly items: string[]; readonly next: { nextToken?: string } } {
  const start = nextToken === undefined ? 0 : Number(/^from:(\d+)$/.exec(Buffer.from(nextToken, "base64url").toString())?.[1] ?? NaN);
  if (Number.isNaN(start)) throw new AwsError("InvalidParameterException", "Invalid token");
  const end = start + Math.max(1, Math.min(maxResults, 100));
  return { items: items.slice(start, end), next: end < items.length ? { nextToken: Buffer.from(`from:${String(end)}`).toString("base64url") } : {} };
}
