import { z } from "zod";
import { AccountStack } from "../../src/stacks/account-stack.ts";
import { accountOf, Synthesised, testApp, type Given } from "./synth.ts";

/** One account's whole stack. */
export const accountStack = (given: Given = {}): Synthesised => new Synthesised(new AccountStack(testApp(), accountOf(given)));

export const github = { github: { repository: "notes/notes" } };

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);
const statementSchema = z.object({
  sid: z.string().default(""),
  effect: z.enum(["Allow", "Deny"]).default("Allow"),
  actions: texts,
  resources: texts,
  principals: z.array(z.object({ type: z.string(), identifiers: texts })).default([]),
  condition: z.array(z.object({ test: z.string(), variable: z.string(), values: texts })).default([]),
});

export type Statement = z.infer<typeof statementSchema>;

/** A policy document's statements, by the name that Terraform has for it. */
export const statementsOf = (stack: Synthesised, document: string): Statement[] => z.object({ statement: z.array(statementSchema) }).parse(stack.one("data.aws_iam_policy_document", document)).statement;

export const documentsOf = (stack: Synthesised): string[] => Object.keys(stack.all("data.aws_iam_policy_document"));

export const statementOf = (stack: Synthesised, document: string, sid: string): Statement => {
  const found = statementsOf(stack, document).find((statement) => statement.sid === sid);
  if (found === undefined) throw new Error(`${document} has no statement ${sid}`);
  return found;
};
