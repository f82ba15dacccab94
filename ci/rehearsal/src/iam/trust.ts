import type { Parts } from "../parts.ts";
import { applies, type Question } from "./evaluate.ts";
import { matches } from "./pattern.ts";
import type { Statement } from "./policy.ts";
import type { RoleRecord } from "./state.ts";

/** Who wants to be a role. `context` is what the trust policy's conditions may ask: `sts:ExternalId`, `<issuer>:sub`… */
export type Principal =
  /** `ecs-tasks.amazonaws.com` */
  | { readonly service: string; readonly context?: Question["context"] }
  /** A user, or a session of a role with the role that it is of. */
  | { readonly arn: string; readonly roleArn?: string; readonly context?: Question["context"] }
  /** The ARN of an OIDC provider whose token was shown. */
  | { readonly federated: string; readonly context?: Question["context"] };

/**
 * `named`: the trust policy names who it is, which is enough within one account.
 * `account`: it trusts the whole account, whose policies then have to allow it too.
 */
export type Trust = "named" | "account" | "denied" | "untrusted";

export function trustOf(parts: Parts, role: RoleRecord, principal: Principal): Trust {
  const action = "arn" in principal || "service" in principal ? "sts:AssumeRole" : "sts:AssumeRoleWithWebIdentity";
  // A service says for which account it acts, which is what trust policies ask against a confused deputy.
  const context = "service" in principal ? { "aws:SourceAccount": parts.world.account, ...principal.context } : (principal.context ?? {});
  const question = { action, resource: role.arn, context };
  const found = role.trustPolicy.Statement.filter((statement) => applies(statement, question, role.trustPolicy.Version === "2012-10-17", `the trust of role ${role.name}`)).flatMap((statement) => {
    const trust = howItIsMeant(statement, principal, parts.world.account);
    return trust === undefined ? [] : [{ effect: statement.Effect, trust }];
  });
  if (found.some(({ effect }) => effect === "Deny")) return "denied";
  return found.some(({ trust }) => trust === "named") ? "named" : (found[0]?.trust ?? "untrusted");
}

function howItIsMeant({ Principal: meant = {} }: Statement, principal: Principal, account: string): "named" | "account" | undefined {
  if ("service" in principal) return meant.Service?.includes(principal.service) === true ? "named" : undefined;
  if ("federated" in principal) return meant.Federated?.includes(principal.federated) === true ? "named" : undefined;
  const named = [principal.arn, ...(principal.roleArn === undefined ? [] : [principal.roleArn])];
  if (meant.AWS?.some((pattern) => named.some((arn) => pattern === arn)) === true) return "named";
  return meant.AWS?.some((pattern) => ["*", account, `arn:aws:iam::${account}:root`].some((whole) => matches(pattern, whole, undefined, { literal: true }))) === true ? "account" : undefined;
}
