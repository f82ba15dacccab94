import { z } from "zod";
import { AwsError } from "../protocol/aws-error.ts";
import type { Parts } from "../parts.ts";
import type { Slice } from "../world/world.ts";
import type { Caller } from "./caller.ts";
import { policySchema } from "./policy.ts";

/** The key of a person at this machine, who may do everything. It opens nothing but a rehearsal. */
export const operatorKey = { accessKeyId: "AKIAREHEARSALONLY000", secretAccessKey: "rehearsal" } as const;

const sessionSchema = z.object({
  accessKeyId: z.string(),
  roleName: z.string(),
  sessionName: z.string(),
  roleId: z.string(),
  expiresMs: z.number(),
  /** Given with AssumeRole: they limit what the role may do, and are absent where none were given. */
  policies: z.array(policySchema).optional(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Sessions of roles, as AssumeRole has handed them out. */
export const sessionsSlice: Slice<{ sessions: Session[] }> = {
  name: "iam-sessions",
  schema: z.object({ sessions: z.array(sessionSchema) }),
  empty: () => ({ sessions: [] }),
};

export const sessionOf = (accessKeyId: string, parts: Parts): Session | undefined => parts.world.slice(sessionsSlice).sessions.find((candidate) => candidate.accessKeyId === accessKeyId);

/** Who signs with that key. Throws AwsError for one that is not the rehearsal's own, so that real keys are never used against it. */
export function callerOf(accessKeyId: string, parts: Parts): Caller {
  const { account } = parts.world;
  if (accessKeyId === operatorKey.accessKeyId) return { arn: `arn:aws:iam::${account}:user/operator`, userId: "AIDAREHEARSALOPERATOR", accessKeyId };
  const session = sessionOf(accessKeyId, parts);
  if (session === undefined) {
    throw new AwsError(
      "UnrecognizedClientException",
      `This is a rehearsal, and the access key ${accessKeyId.slice(0, 4)}… is not its own. Set AWS_ACCESS_KEY_ID=${operatorKey.accessKeyId} and AWS_SECRET_ACCESS_KEY=${operatorKey.secretAccessKey}; a key of a real account is never used here.`,
      { status: 403 },
    );
  }
  if (session.expiresMs <= parts.clock.now()) throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", { status: 403 });
  return { arn: `arn:aws:sts::${account}:assumed-role/${session.roleName}/${session.sessionName}`, userId: `${session.roleId}:${session.sessionName}`, accessKeyId, roleName: session.roleName };
}
