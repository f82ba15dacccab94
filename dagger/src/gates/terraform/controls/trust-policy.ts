import { z } from "zod";
import type { Block } from "../terraform-json.ts";
import { nested, texts, type Stack } from "./references.ts";

export interface TrustStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** Identities of other providers that it speaks of. */
  readonly federated: readonly string[];
  readonly conditions: readonly { readonly test: string; readonly variable: string; readonly values: readonly string[] }[];
}

/** Who may take a role. What has nothing to do with other identity providers need not be readable. */
export function readTrust(role: Block, stack: Stack): readonly TrustStatement[] | "unreadable" {
  const policy = role.body["assume_role_policy"];
  if (typeof policy !== "string") return policy === undefined ? [] : "unreadable";
  const document = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(policy)?.[1];
  if (document !== undefined) {
    const block = stack.blocks.find(({ kind, type, name }) => kind === "data" && type === "aws_iam_policy_document" && name === document);
    return block === undefined || block.body["source_policy_documents"] !== undefined || block.body["override_policy_documents"] !== undefined ? "unreadable" : ofDocument(block);
  }
  if (policy.trimStart().startsWith("{")) return ofJson(policy);
  // Written with jsonencode(…), the words are there though nobody has put them together.
  return policy.includes("jsonencode(") && !/Federated|WebIdentity|\$\{(?!jsonencode)|\bvar\.|\blocal\./.test(policy) ? [] : "unreadable";
}

function ofDocument(block: Block): TrustStatement[] {
  return nested(block.body, "statement").map((statement) => ({
    effect: texts(statement["effect"])[0] ?? "Allow",
    actions: texts(statement["actions"]),
    federated: nested(statement, "principals").flatMap((principal) => (["Federated", "*"].includes(texts(principal["type"])[0] ?? "") ? texts(principal["identifiers"]) : [])),
    conditions: nested(statement, "condition").map((condition) => ({ test: texts(condition["test"])[0] ?? "", variable: texts(condition["variable"])[0] ?? "", values: texts(condition["values"]) })),
  }));
}

const oneOrMore = z.union([z.string(), z.array(z.string())]);
const statementSchema = z.object({
  Effect: z.string(),
  Action: oneOrMore.optional(),
  Principal: z.union([z.literal("*"), z.object({ Federated: oneOrMore.optional() })]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});
const policySchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });

function ofJson(text: string): TrustStatement[] | "unreadable" {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "unreadable";
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) return "unreadable";
  return [parsed.data.Statement].flat().map(({ Effect, Action, Principal, Condition = {} }) => ({
    effect: Effect,
    actions: texts(Action),
    federated: Principal === "*" ? ["*"] : texts(Principal?.Federated),
    conditions: Object.entries(Condition).flatMap(([test, variables]) => Object.entries(variables).map(([variable, values]) => ({ test, variable, values: texts(values) }))),
  }));
}
