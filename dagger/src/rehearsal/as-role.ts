import type { AwsClients, RehearsalKey } from "../release/aws/clients.ts";
import { ReleaseError } from "../release/release-error.ts";

/** A session of a role, from the rehearsal's operator: with it a release may do what it may do on AWS, and no more. Throws ReleaseError. */
export async function roleSession(operator: Pick<AwsClients, "sts">, role: string): Promise<RehearsalKey> {
  const refuse = (why: string): ReleaseError =>
    new ReleaseError("NOT_POSSIBLE_NOW", `The rehearsal gives no session of the role ${role}: ${why}. Nothing was released.`, "Name one that its Terraform JSON has, in release.rehearsal.role of gitops.json; without one its operator releases, who may do everything.");
  const [sts, { AssumeRoleCommand, GetCallerIdentityCommand }] = await Promise.all([operator.sts(), import("@aws-sdk/client-sts")]);
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${Account ?? ""}:role/${role}`, RoleSessionName: "rehearsed-release" }));
    if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined) throw refuse("it answered without a key");
    return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, ...(Credentials.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }) };
  } catch (error) {
    if (error instanceof ReleaseError) throw error;
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}
