import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { secretsSlice, type SecretRecord } from "./state.ts";

/** That there is such a secret; its value comes from the environment or a file. Its ARN ends, as on AWS, with six characters of chance, unless it is known, as of a secret that somebody else has made. */
export function createSecret(parts: Parts, { name, arn, description, tags = {} }: { readonly name: string; readonly arn?: string | undefined; readonly description?: string | undefined; readonly tags?: Readonly<Record<string, string>> | undefined }): SecretRecord {
  const { secrets } = parts.world.slice(secretsSlice);
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) throw new AwsError("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
  if (secrets.some((secret) => secret.name === name)) throw new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
  const secret: SecretRecord = { name, arn: arn ?? parts.world.arn("secretsmanager", `secret:${name}-${parts.ids.key(6)}`), description, createdMs: parts.clock.now(), versionId: parts.ids.uuid(), tags: { ...tags } };
  secrets.push(secret);
  return secret;
}

/** By name, by ARN, or by an ARN without its last six characters, as AWS takes it. */
export const findSecret = (parts: Parts, nameOrArn: string): SecretRecord | undefined =>
  parts.world.slice(secretsSlice).secrets.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn || arn.slice(0, -7) === nameOrArn);
