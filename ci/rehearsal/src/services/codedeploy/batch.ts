import { AwsError } from "../../protocol/aws-error.ts";

/** Throws AwsError when more are asked for at once than CodeDeploy answers. */
export function checkBatch<Item>(items: readonly Item[] | undefined, most: number): readonly Item[] {
  if ((items?.length ?? 0) > most) throw new AwsError("BatchLimitExceededException", `The maximum number of names or IDs allowed for this request (${String(most)}) was exceeded.`);
  return items ?? [];
}

const pageLength = 100;

/** Up to 100 from where the token says. */
export function pageOf<Item>(items: readonly Item[], token: string | undefined): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) throw new AwsError("InvalidNextTokenException", "The next token was specified in an invalid format.");
  const end = start + pageLength;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
}
