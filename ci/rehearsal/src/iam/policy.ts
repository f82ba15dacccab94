import { z } from "zod";
import { AwsError } from "../protocol/aws-error.ts";
import { operatorOf } from "./conditions.ts";

/** IAM's policy language, as far as it is judged here; single values are read as lists of one. */

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const conditionValues = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((values) => (Array.isArray(values) ? values : [values]).map(String));
const principal = z.union([z.literal("*").transform((): { AWS?: string[]; Service?: string[]; Federated?: string[] } => ({ AWS: ["*"] })), z.strictObject({ AWS: list.optional(), Service: list.optional(), Federated: list.optional() })]);

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: principal.optional(),
    Action: list.optional(),
    NotAction: list.optional(),
    Resource: list.optional(),
    NotResource: list.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), "a statement has either Action or NotAction")
  .refine(({ Resource, NotResource }) => Resource === undefined || NotResource === undefined, "a statement has either Resource or NotResource");

export const policySchema = z.strictObject({
  Version: z.enum(["2008-10-17", "2012-10-17"]).default("2008-10-17"),
  Id: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});

export type Policy = z.infer<typeof policySchema>;
export type Statement = Policy["Statement"][number];

/** What a policy is of: identity policies name resources, trust policies name principals. */
export type PolicyKind = "identity" | "trust";

/**
 * Reads a policy's text. `of` says whose it is in the error: MalformedPolicyDocument
 * for what AWS refuses too, NotImplemented for a condition that AWS knows and
 * this does not, so that none is ever taken for met.
 */
export function readPolicy(text: string, of: string, kind: PolicyKind = "identity"): Policy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed(of, "it is not JSON");
  }
  const read = policySchema.safeParse(json);
  if (!read.success) throw malformed(of, read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  for (const statement of read.data.Statement) {
    if (kind === "trust" && (statement.Principal === undefined || statement.Resource !== undefined || statement.NotResource !== undefined)) throw malformed(of, "a trust policy's statement has a Principal and no Resource");
    if (kind === "identity" && (statement.Principal !== undefined || (statement.Resource === undefined && statement.NotResource === undefined))) throw malformed(of, "an identity policy's statement has a Resource and no Principal");
    for (const operator of Object.keys(statement.Condition ?? {})) operatorOf(operator, of);
  }
  return read.data;
}

const malformed = (of: string, why: string): AwsError => new AwsError("MalformedPolicyDocumentException", `The policy of ${of} is malformed: ${why}.`);
