import { z } from "zod";
import type { Slice } from "../../world/world.ts";

/** Which parameters there are; their values are never here. */
const parameterSchema = z.object({ name: z.string(), arn: z.string(), type: z.enum(["String", "StringList", "SecureString"]), createdMs: z.number() });
export type ParameterRecord = z.infer<typeof parameterSchema>;

export const parametersSlice: Slice<{ parameters: ParameterRecord[] }> = {
  name: "ssm",
  schema: z.object({ parameters: z.array(parameterSchema) }),
  empty: () => ({ parameters: [] }),
};
