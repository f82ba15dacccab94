import { AwsError } from "../protocol/aws-error.ts";
import type { Access } from "../services/service.ts";
import type { Parts } from "../parts.ts";
import { sessionOf } from "./access-keys.ts";
import type { Caller } from "./caller.ts";
import { evaluate, type Decision, type NamedPolicy, type PolicySet } from "./evaluate.ts";
import { awsManagedPolicy } from "./managed-policies.ts";
import type { Context } from "./pattern.ts";
import { findRole } from "./roles.ts";
import { iamSlice, type RoleRecord } from "./state.ts";

/** Throws AwsError, in AWS's words, for the first that the caller may not do; a denial stands on the timeline. */
export function authorise(caller: Caller, accesses: readonly Access[], parts: Parts): void {
  for (const access of accesses) {
    const decision = decide(caller, access, parts);
    if (decision.isAllowed) continue;
    const message = denialOf(caller.arn, access, decision);
    parts.timeline.add(`caller:${caller.arn}`, "denied", { action: access.action, resource: access.resource, layer: decision.layer, explicit: decision.isExplicit, message });
    throw accessDenied(access.action, message);
  }
}

/** Without a throw, and without a line on the timeline. */
export function decide(caller: Caller, access: Access, parts: Parts): Decision {
  if (caller.roleName === undefined && caller.accessKeyId !== "") return { isAllowed: true };
  const role = caller.roleName === undefined ? undefined : findRole(parts, caller.roleName);
  if (role === undefined) return { isAllowed: false, isExplicit: false, layer: "identity-based policy" };
  return evaluate(policiesOf(role, caller, parts), { action: access.action, resource: access.resource, context: { ...globalContext(caller, role, parts), ...access.context } });
}

function policiesOf(role: RoleRecord, caller: Caller, parts: Parts): PolicySet {
  const managed = (arn: string): NamedPolicy => {
    const policy = parts.world.slice(iamSlice).policies.find((candidate) => candidate.arn === arn)?.document ?? awsManagedPolicy(arn);
    if (policy === undefined) throw new Error(`the policy ${arn} of role ${role.name} is not in this world`);
    return { of: arn, policy };
  };
  const inline = Object.entries(role.inlinePolicies).map(([name, policy]) => ({ of: `policy ${name} of role ${role.name}`, policy }));
  const session = sessionOf(caller.accessKeyId, parts)?.policies?.map((policy) => ({ of: `session ${caller.arn}`, policy }));
  return {
    identity: [...inline, ...role.attachedPolicyArns.map(managed)],
    ...(role.permissionsBoundaryArn === undefined ? {} : { boundary: managed(role.permissionsBoundaryArn) }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Keys that every request has. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const globalContext = (caller: Caller, role: RoleRecord, { world, clock }: Parts): Context => ({
  "aws:PrincipalArn": role.arn,
  "aws:PrincipalAccount": world.account,
  "aws:PrincipalType": "AssumedRole",
  "aws:userid": caller.userId,
  "aws:RequestedRegion": world.region,
  "aws:ResourceAccount": world.account,
  // The loopback interface stands for AWS's HTTPS endpoints.
  "aws:SecureTransport": "true",
  "aws:CurrentTime": new Date(clock.now()).toISOString(),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denialOf(arn: string, { action, resource }: Access, { isExplicit, layer }: Extract<Decision, { isAllowed: false }>): string {
  const what = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`;
  return isExplicit ? `${what} with an explicit deny in ${layer === "identity-based policy" ? "an" : "a"} ${layer}` : `${what} because no ${layer} allows the ${action} action`;
}

/** Services that have, or had, the query protocol say `AccessDenied` with 403, the JSON ones `AccessDeniedException` with 400. */
const sayAccessDenied = new Set(["sts", "elasticloadbalancing", "cloudwatch"]);

export function accessDenied(action: string, message: string): AwsError {
  return sayAccessDenied.has(action.split(":")[0] ?? "") ? new AwsError("AccessDenied", message, { status: 403 }) : new AwsError("AccessDeniedException", message);
}
