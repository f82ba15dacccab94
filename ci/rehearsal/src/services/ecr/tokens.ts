import { createHash } from "node:crypto";
import { z } from "zod";
import type { Caller } from "../../iam/caller.ts";
import type { Parts } from "../../parts.ts";
import type { Slice } from "../../world/world.ts";

/** As long as AWS's are good for. */
const lifetimeMs = 12 * 3_600_000;

const tokenSchema = z.object({
  /** Of the password: what is saved opens nothing. */
  sha256: z.string(),
  expiresMs: z.number(),
  caller: z.object({ arn: z.string(), userId: z.string(), accessKeyId: z.string(), roleName: z.string().exactOptional() }),
});

const tokensSlice: Slice<{ tokens: z.infer<typeof tokenSchema>[] }> = {
  name: "ecr-tokens",
  schema: z.object({ tokens: z.array(tokenSchema) }),
  empty: () => ({ tokens: [] }),
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A password for the registry, which stands for whoever asked for it. */
export function issueToken(parts: Parts, caller: Caller): { readonly password: string; readonly expiresMs: number } {
  const slice = parts.world.slice(tokensSlice);
  const password = parts.ids.hex(64);
  const expiresMs = parts.clock.now() + lifetimeMs;
  slice.tokens = [...slice.tokens.filter((token) => token.expiresMs > parts.clock.now()), { sha256: sha256(password), expiresMs, caller: { ...caller } }];
  return { password, expiresMs };
}

/** Undefined for one that was never handed out, or has expired. */
export const callerOfToken = (parts: Parts, password: string): Caller | undefined => {
  const found = parts.world.slice(tokensSlice).tokens.find((token) => token.sha256 === sha256(password));
  return found === undefined || found.expiresMs <= parts.clock.now() ? undefined : found.caller;
};
