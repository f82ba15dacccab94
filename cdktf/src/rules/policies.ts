import { bodies, textOf, textsOf } from "./read-body.ts";
import type { Block, Body, StackDocument } from "./stack-document.ts";

/** Every statement of every policy of a stack, whether it stands in a policy document or as JSON in a resource. */

export interface Principal {
  readonly type: string;
  readonly identifiers: readonly string[];
}

export interface Statement {
  readonly block: Block;
  readonly sid: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  /** Of a policy that belongs to a resource or a role's trust; empty in one that belongs to an identity. */
  readonly principals: readonly Principal[];
  readonly conditions: readonly { readonly test: string; readonly variable: string; readonly values: readonly string[] }[];
}

const policyMembers = ["policy", "assume_role_policy", "inline_policy", "access_policy"];

export function statementsOf(stack: StackDocument): Statement[] {
  return stack.blocks.flatMap((block) =>
    block.type === "aws_iam_policy_document" ? bodies(block.body, "statement").map((statement) => ofDocument(block, statement)) : policiesIn(block).flatMap((policy) => ofJson(block, policy)),
  );
}

/** Policies that are an expression, which nobody can judge before Terraform does. */
export const unreadablePolicies = (stack: StackDocument): Block[] =>
  stack.blocks.filter((block) => policiesIn(block).some((policy) => !/^\$\{data\.aws_iam_policy_document\.[\w-]+\.json\}$/.test(policy) && parse(policy) === undefined));

function policiesIn({ body }: Block): string[] {
  return [...policyMembers.flatMap((key) => textsOf(body, key)), ...bodies(body, "inline_policy").flatMap((policy) => textsOf(policy, "policy"))];
}

function ofDocument(block: Block, statement: Body): Statement {
  return {
    block,
    sid: textOf(statement, "sid") ?? "",
    allows: textOf(statement, "effect") !== "Deny",
    actions: textsOf(statement, "actions"),
    notActions: textsOf(statement, "not_actions"),
    resources: textsOf(statement, "resources"),
    principals: bodies(statement, "principals").map((principal) => ({ type: textOf(principal, "type") ?? "", identifiers: textsOf(principal, "identifiers") })),
    conditions: bodies(statement, "condition").map((condition) => ({ test: textOf(condition, "test") ?? "", variable: textOf(condition, "variable") ?? "", values: textsOf(condition, "values") })),
  };
}

function ofJson(block: Block, policy: string): Statement[] {
  const document = parse(policy);
  if (document === undefined) return [];
  return bodies(document, "Statement").map((statement) => ({
    block,
    sid: textOf(statement, "Sid") ?? "",
    allows: textOf(statement, "Effect") !== "Deny",
    actions: textsOf(statement, "Action"),
    notActions: textsOf(statement, "NotAction"),
    resources: textsOf(statement, "Resource"),
    principals: principalsOf(statement["Principal"]),
    conditions: bodies(statement, "Condition").flatMap((tests) => Object.entries(tests).flatMap(([test, variables]) => bodies({ variables }, "variables").flatMap((named) => Object.keys(named).map((variable) => ({ test, variable, values: textsOf(named, variable) }))))),
  }));
}

function principalsOf(value: unknown): Principal[] {
  if (value === "*") return [{ type: "*", identifiers: ["*"] }];
  return bodies({ value }, "value").flatMap((named) => Object.keys(named).map((type) => ({ type, identifiers: textsOf(named, type) })));
}

function parse(policy: string): Body | undefined {
  try {
    const json: unknown = JSON.parse(policy);
    return bodies({ json }, "json")[0];
  } catch {
    return undefined;
  }
}
