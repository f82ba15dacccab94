import type { AssumedRoleUser, Credentials } from "@aws-sdk/client-sts";
import { sessionsSlice } from "../../iam/access-keys.ts";
import { awsManagedPolicy } from "../../iam/managed-policies.ts";
import { readPolicy, type Policy } from "../../iam/policy.ts";
import { iamSlice, type RoleRecord } from "../../iam/state.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";

/** What AssumeRole and AssumeRoleWithWebIdentity have in common. */
export interface SessionInput {
  readonly RoleArn?: string | undefined;
  readonly RoleSessionName?: string | undefined;
  readonly DurationSeconds?: number | undefined;
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
}

export const validationError = (message: string): AwsError => new AwsError("ValidationError", message);

const constraint = (value: unknown, member: string, rule: string): AwsError => validationError(`1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${rule}`);

/** Keys that have expired are told so for a day; then they are unknown. */
const rememberedMs = 24 * 3_600_000;

/** Before it is looked at who asks. Sources: API_AssumeRole, API_AssumeRoleWithWebIdentity of the STS API reference. */
export function checkSession({ RoleArn = "", RoleSessionName = "", DurationSeconds = 3600 }: SessionInput): void {
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(RoleArn)) throw validationError(`${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]*$/.test(RoleSessionName)) throw constraint(RoleSessionName, "roleSessionName", String.raw`satisfy regular expression pattern: [\w+=,.@-]*`);
  if (RoleSessionName.length < 2) throw constraint(RoleSessionName, "roleSessionName", "have length greater than or equal to 2");
  if (RoleSessionName.length > 64) throw constraint(RoleSessionName, "roleSessionName", "have length less than or equal to 64");
  if (DurationSeconds < 900) throw constraint(DurationSeconds, "durationSeconds", "have value greater than or equal to 900");
  if (DurationSeconds > 43_200) throw constraint(DurationSeconds, "durationSeconds", "have value less than or equal to 43200");
}

/** Hands out keys for the role, which then is trusted already. */
export function newSession(parts: Parts, role: RoleRecord, input: SessionInput): { readonly Credentials: Credentials; readonly AssumedRoleUser: AssumedRoleUser; readonly PackedPolicySize?: number } {
  const { RoleSessionName: sessionName = "", DurationSeconds = 3600, Policy: inline, PolicyArns = [] } = input;
  if (DurationSeconds > role.maxSessionSeconds) throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  const policies = [...(inline === undefined ? [] : [readPolicy(inline, "the session")]), ...PolicyArns.map(({ arn = "" }) => managed(parts, arn))];
  const accessKeyId = `ASIA${parts.ids.key(16)}`;
  const expiresMs = parts.clock.now() + DurationSeconds * 1000;
  const slice = parts.world.slice(sessionsSlice);
  slice.sessions = slice.sessions.filter((session) => session.expiresMs > parts.clock.now() - rememberedMs);
  slice.sessions.push({ accessKeyId, roleName: role.name, sessionName, roleId: role.id, expiresMs, ...(policies.length === 0 ? {} : { policies }) });
  parts.timeline.add("sts", "role-assumed", { role: role.arn, session: sessionName, until: new Date(expiresMs).toISOString() });
  return {
    Credentials: { AccessKeyId: accessKeyId, SecretAccessKey: parts.ids.hex(40), SessionToken: parts.ids.hex(64), Expiration: new Date(expiresMs) },
    AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: `arn:aws:sts::${parts.world.account}:assumed-role/${role.name}/${sessionName}` },
    // Percent of 2048 characters.
    ...(inline === undefined ? {} : { PackedPolicySize: Math.ceil((inline.length / 2048) * 100) }),
  };
}

function managed(parts: Parts, arn: string): Policy {
  const policy = parts.world.slice(iamSlice).policies.find((candidate) => candidate.arn === arn)?.document ?? awsManagedPolicy(arn);
  if (policy === undefined) throw validationError(`PolicyArn ${arn} does not exist`);
  return policy;
}
