import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from "@aws-sdk/client-sts";
import { accessDenied, authorise } from "../../../iam/authorise.ts";
import type { Caller } from "../../../iam/caller.ts";
import { findRole } from "../../../iam/roles.ts";
import type { RoleRecord } from "../../../iam/state.ts";
import { trustOf } from "../../../iam/trust.ts";
import { operation, type Call } from "../../service.ts";
import { checkSession, newSession, validationError } from "../new-session.ts";

const action = "sts:AssumeRole";

/** The trust policy decides, so there is nothing to be allowed before. */
export const assumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  schema: AssumeRole$,
  access: () => [],
  run(input, call) {
    checkSession(input);
    const role = findRole(call.parts, input.RoleArn ?? "");
    if (call.caller.roleName !== undefined && (input.DurationSeconds ?? 3600) > 3600) throw validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
    // That a role is not there is said in the same words, so that nobody can try names.
    if (role === undefined) throw refused(call, input.RoleArn ?? "", "because no role trust policy allows the sts:AssumeRole action");
    askTrust(role, call, input);
    return newSession(call.parts, role, input);
  },
});

function askTrust(role: RoleRecord, call: Call, { ExternalId, RoleSessionName = "" }: AssumeRoleRequest): void {
  const { caller, parts } = call;
  // The person at this machine plays any role.
  if (isOperator(caller)) return;
  const roleArn = findRole(parts, caller.roleName ?? "")?.arn;
  const context = { ...(ExternalId === undefined ? {} : { "sts:ExternalId": ExternalId }), "sts:RoleSessionName": RoleSessionName, "aws:PrincipalArn": roleArn ?? caller.arn, "aws:PrincipalAccount": parts.world.account };
  const trust = trustOf(parts, role, { arn: caller.arn, ...(roleArn === undefined ? {} : { roleArn }), context });
  if (trust === "denied") throw refused(call, role.arn, "with an explicit deny in the role trust policy");
  if (trust === "untrusted") throw refused(call, role.arn, "because no role trust policy allows the sts:AssumeRole action");
  if (trust === "account") authorise(caller, [{ action, resource: role.arn }], parts);
}

const isOperator = (caller: Caller): boolean => caller.roleName === undefined && caller.accessKeyId !== "";

function refused({ caller, parts }: Call, resource: string, why: string): Error {
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  parts.timeline.add(`caller:${caller.arn}`, "denied", { action, resource, layer: "role trust policy", message });
  return accessDenied(action, message);
}
