import { AwsError } from "../../protocol/aws-error.ts";

/** A part of a list, and the token for the next. Throws InvalidParameterException for a token that was not given out. */
export function page<Item>(items: readonly Item[], { nextToken, maxResults = 100 }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined }): { readonly items: readonly Item[]; readonly next: { nextToken?: string } } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 1000) throw new AwsError("InvalidParameterException", "Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be between 1 and 1000'");
  const start = nextToken === undefined ? 0 : Number(/^from:(\d+)$/.exec(Buffer.from(nextToken, "base64url").toString())?.[1] ?? NaN);
  if (Number.isNaN(start)) throw new AwsError("InvalidParameterException", "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");
  const end = start + maxResults;
  return { items: items.slice(start, end), next: end < items.length ? { nextToken: Buffer.from(`from:${String(end)}`).toString("base64url") } : {} };
}
