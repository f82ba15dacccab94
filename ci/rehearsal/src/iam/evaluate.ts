import { meetsConditions } from "./conditions.ts";
import { matches, type Context } from "./pattern.ts";
import type { Policy, Statement } from "./policy.ts";

/** A policy and whose it is. */
export interface NamedPolicy {
  readonly of: string;
  readonly policy: Policy;
}

/** What is asked. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** The kinds of policies that decide for a role. Absent ones do not limit; `identity` has to allow. */
export interface PolicySet {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  readonly session?: readonly NamedPolicy[];
}

export type PolicyLayer = "identity-based policy" | "permissions boundary" | "session policy";
export type Decision = { readonly isAllowed: true } | { readonly isAllowed: false; readonly isExplicit: boolean; readonly layer: PolicyLayer };

/**
 * AWS's order for a call within one account, without organisations and resource
 * policies: an explicit deny anywhere; then the boundary has to allow, then the
 * session's policies, then an identity policy. What nothing allows is denied.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate({ identity, boundary, session }: PolicySet, question: Question): Decision {
  const layers: readonly (readonly [PolicyLayer, readonly NamedPolicy[]])[] = [
    ...(boundary === undefined ? [] : [["permissions boundary", [boundary]] as const]),
    ...(session === undefined ? [] : [["session policy", session] as const]),
    ["identity-based policy", identity],
  ];
  // An identity policy's deny is the one that AWS names first.
  for (const [layer, policies] of layers.toReversed()) if (policies.some((named) => says("Deny", named, question))) return { isAllowed: false, isExplicit: true, layer };
  for (const [layer, policies] of layers) if (!policies.some((named) => says("Allow", named, question))) return { isAllowed: false, isExplicit: false, layer };
  return { isAllowed: true };
}

function says(effect: Statement["Effect"], { of, policy }: NamedPolicy, question: Question): boolean {
  return policy.Statement.some((statement) => statement.Effect === effect && applies(statement, question, policy.Version === "2012-10-17", of));
}

/** Whether a statement speaks of the question; who asks is not looked at. */
export function applies(statement: Statement, { action, resource, context }: Question, hasVariables: boolean, of: string): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const isAction = (pattern: string): boolean => matches(pattern, action, undefined, { ignoreCase: true });
  const isResource = (pattern: string): boolean => matches(pattern, resource, hasVariables ? context : undefined);
  return (
    (Action === undefined || Action.some(isAction)) &&
    (NotAction === undefined || !NotAction.some(isAction)) &&
    (Resource === undefined || Resource.some(isResource)) &&
    (NotResource === undefined || !NotResource.some(isResource)) &&
    (Condition === undefined || meetsConditions(Condition, context, hasVariables, of))
  );
}
