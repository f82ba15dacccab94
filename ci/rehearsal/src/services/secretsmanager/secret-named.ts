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
  return [{ action: `secretsmanager:${action}`, resource: findSecret(parts, asked)?.arn ?? (asked.startsWith("arn:") ? asked : parts.world.arn("secretsmanager", `secret:${asked}-??????`)) }];
};
