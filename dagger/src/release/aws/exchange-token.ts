import { ReleaseError } from "../release-error.ts";

/** Keys of a session of a role, which end by themselves. */
export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Gates, a release with its waits, and a way back. A role that allows less gives an hour, which every role does. */
const longSessionSeconds = 4 * 3600;

/**
 * Takes a role by a CI server's token, at once: GitHub's lives for five minutes, and a
 * release waits for its gates and lasts. Throws ReleaseError NO_CREDENTIALS.
 */
export async function exchangeToken(token: string, roleArn: string): Promise<SessionKeys> {
  const { AssumeRoleWithWebIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({ region: stsRegion(roleArn) });
  const asked = { RoleArn: roleArn, RoleSessionName: "gitops-pipeline", WebIdentityToken: token };
  const take = async (seconds?: number): Promise<SessionKeys> => {
    const { Credentials: keys } = await client.send(new AssumeRoleWithWebIdentityCommand({ ...asked, ...(seconds === undefined ? {} : { DurationSeconds: seconds }) }));
    if (keys?.AccessKeyId === undefined || keys.SecretAccessKey === undefined || keys.SessionToken === undefined) throw new Error("AWS answered without keys");
    return { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken };
  };
  try {
    return await take(longSessionSeconds).catch(async (error: unknown) => (nameOf(error) === "ValidationError" ? take() : Promise.reject(error as Error)));
  } catch (error) {
    throw new ReleaseError("NO_CREDENTIALS", `AWS does not give the role ${roleArn} for the token of the CI server: ${nameOf(error)}. Nothing was started.`, nextOf(nameOf(error)), error);
  } finally {
    client.destroy();
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

function nextOf(name: string): string {
  if (name === "ExpiredTokenException") return "The token has expired on its way here: ask for it just before, and run again.";
  if (name === "InvalidIdentityTokenException") return "Look whether the account has the CI server as an OIDC provider, with the audience sts.amazonaws.com.";
  if (name === "AccessDenied" || name === "AccessDeniedException") return "Look at the role's trust policy: it says which repository, branch and workflow it takes.";
  return "Look at the role's name and at the network, and run again.";
}

/** A role tells its partition, and each has one region that is always there. */
function stsRegion(roleArn: string): string {
  const partition = roleArn.split(":")[1];
  return partition === "aws-cn" ? "cn-north-1" : partition === "aws-us-gov" ? "us-gov-west-1" : "us-east-1";
}
