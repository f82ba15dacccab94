import { resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/**
 * CI makes an environment's roles: what they may do at most stands in the account's stack,
 * which CI does not apply. AWS refuses a role without it; a plan does not tell.
 */
export const rolesStayWithinBoundary: Rule = {
  name: "roles-stay-within-boundary",
  look: (stack, { kind }) =>
    kind === "environment" ? eachOf(resourcesOf(stack, "aws_iam_role"), ({ body }) => (/^arn:[\w-]+:iam::\d{12}:policy\/[\w-]+-boundary$/.test(textOf(body, "permissions_boundary") ?? "") ? undefined : "may be given any right there is; permissions_boundary, with the account's boundary, would do")) : [],
};
