import type { Secret } from "@dagger.io/dagger";
import { ReleaseError } from "../release-error.ts";
import { exchangeToken } from "./exchange-token.ts";

/** Of AWS: a key, or a role that is taken on with the token of a CI server. */
export interface AwsCredentials {
  readonly accessKeyId: Secret | undefined;
  readonly secretAccessKey: Secret | undefined;
  readonly sessionToken: Secret | undefined;
  readonly webIdentityToken: Secret | undefined;
  /** "": none. */
  readonly roleArn: string;
}

/**
 * Puts them where the SDK's own chain looks. The process of a module is of one
 * call, and hands its environment to nobody. Throws ReleaseError NO_CREDENTIALS.
 */
export async function takeOnCredentials(given: AwsCredentials, env: NodeJS.ProcessEnv, exchange = exchangeToken): Promise<void> {
  const { accessKeyId, roleArn, secretAccessKey, sessionToken, webIdentityToken } = given;
  const refuse = (happened: string, next: string): never => {
    throw new ReleaseError("NO_CREDENTIALS", `${happened} Nothing was started.`, next);
  };
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) refuse("Of --aws-access-key-id and --aws-secret-access-key, one was given without the other.", "Give both, such as env:AWS_ACCESS_KEY_ID and env:AWS_SECRET_ACCESS_KEY.");
  if ((webIdentityToken === undefined) !== (roleArn === "")) refuse("Of --aws-web-identity-token and --aws-role-arn, one was given without the other.", "Give both: the token of the CI server, and the role that it takes on.");
  if (accessKeyId === undefined && webIdentityToken === undefined) refuse("--target aws needs credentials, and none were given.", "Give --aws-access-key-id and --aws-secret-access-key (and --aws-session-token), or --aws-web-identity-token and --aws-role-arn.");
  if (accessKeyId !== undefined && webIdentityToken !== undefined) refuse("Both a key and a web identity were given for AWS.", "Leave one of them out.");
  for (const [name, secret] of [["AWS_ACCESS_KEY_ID", accessKeyId], ["AWS_SECRET_ACCESS_KEY", secretAccessKey], ["AWS_SESSION_TOKEN", sessionToken]] as const) {
    const value = (await secret?.plaintext())?.trim() ?? "";
    if (value !== "") env[name] = value;
  }
  // Once for each process: what a second call would show has expired by then.
  if (webIdentityToken === undefined || (env["AWS_ROLE_ARN"] === roleArn && env["AWS_SESSION_TOKEN"] !== undefined)) return;
  const keys = await exchange((await webIdentityToken.plaintext()).trim(), roleArn);
  Object.assign(env, { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_SESSION_TOKEN: keys.sessionToken, AWS_ROLE_ARN: roleArn });
}
