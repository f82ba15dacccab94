import { z } from "zod";
import type { Slice } from "../../world/world.ts";

/** Which secrets there are. Their values are never here: what is in a slice is saved, and shown. */
const secretSchema = z.object({ name: z.string(), arn: z.string(), description: z.string().optional(), createdMs: z.number(), versionId: z.string(), tags: z.record(z.string(), z.string()) });
export type SecretRecord = z.infer<typeof secretSchema>;

export const secretsSlice: Slice<{ secrets: SecretRecord[] }> = {
  name: "secretsmanager",
  schema: z.object({ secrets: z.array(secretSchema) }),
  empty: () => ({ secrets: [] }),
};
