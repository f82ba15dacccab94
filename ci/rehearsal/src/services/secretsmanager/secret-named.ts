import { resourceTagKeys } from "../../iam/tag-keys.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Access } from "../service.ts";
import { findSecret } from "./create.ts";
import type { SecretRecord } from "./state.ts";

export function secretNamed(parts: Parts, nameOrArn: string): SecretRecord {
  const secret = findSecret(parts, nameOrArn);
  if (secret === undefined) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  return secret;
}

/** On the whole ARN of the secret; on what was asked for, where there is none. */
export const secretAccess = (action: string, nameOrArn: string | undefined, parts: Parts): Access[] => {
  const asked = nameOrArn ?? "";
  const secret = findSecret(parts, asked);
  const resource = secret?.arn ?? (asked.startsWith("arn:") ? asked : parts.world.arn("secretsmanager", `secret:${asked}-??????`));
  return [{ action: `secretsmanager:${action}`, resource, context: { ...resourceTagKeys("secretsmanager", secret?.tags), "secretsmanager:SecretId": asked } }];
};
