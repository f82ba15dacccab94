import { statementsOf, unreadablePolicies, type Statement } from "./policies.ts";
import { faultAt, type Rule } from "./rule.ts";

/** A wildcard grants what AWS will invent next year. */
export const noWildcardAction: Rule = {
  name: "no-wildcard-action",
  look: (stack) => [
    ...statementsOf(stack)
      .filter((statement) => statement.allows && !isOwnersKey(statement))
      .flatMap(({ block, sid, actions, notActions }) => [
        ...actions.filter((action) => action.includes("*")).map((action) => faultAt(block, `allows ${action}${sid === "" ? "" : ` (${sid})`}; the actions that are needed, by name, would do`)),
        ...(notActions.length > 0 ? [faultAt(block, `allows all but some actions (${sid}); the actions that are needed, by name, would do`)] : []),
      ]),
    ...unreadablePolicies(stack).map((block) => faultAt(block, "has a policy that is an expression, which nobody can judge before Terraform does; a policy document would do")),
  ],
};

/** A key whose account may not use it is lost for ever: AWS asks for this statement, which lets IAM decide. */
const isOwnersKey = ({ actions, principals, block }: Statement): boolean =>
  actions.every((action) => action === "kms:*") && principals.length > 0 && principals.every(({ type, identifiers }) => type === "AWS" && identifiers.every((identifier) => /^arn:[^:]+:iam::[^:]+:root$/.test(identifier))) && ["aws_iam_policy_document", "aws_kms_key", "aws_kms_key_policy"].includes(block.type);
