import type { TerraformDocument } from "./read-terraform.ts";

/** The account and the region that a stack is for, where its provider says so. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

export function placeOf({ provider }: Pick<TerraformDocument, "provider">): Place {
  const [aws] = provider?.aws ?? [];
  const [account] = [aws?.["allowed_account_ids"]].flat();
  const region = aws?.["region"];
  return { ...(isPlain(account) ? { account } : {}), ...(isPlain(region) ? { region } : {}) };
}

const isPlain = (value: unknown): value is string => typeof value === "string" && !value.includes("${");
