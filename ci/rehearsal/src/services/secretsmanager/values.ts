import type { Parts } from "../../parts.ts";
import { faults } from "../../faults/faults.ts";
import { findSecret } from "./create.ts";
import { secretSource } from "./secret-source.ts";

/**
 * The value that `valueFrom` of a task definition means: a secret's name, its ARN, or
 * `<arn>:<json key>:<version stage>:<version id>`, of which the last three may be empty.
 * Undefined when there is none. Never to be logged, nor kept.
 */
export function secretValue(parts: Parts, valueFrom: string): string | undefined {
  const [, arn, jsonKey = "", stage = "", versionId = ""] = /^(arn:[^:]+:secretsmanager:[^:]+:\d+:secret:[^:]+)(?::([^:]*):([^:]*):([^:]*))?$/.exec(valueFrom) ?? [];
  const secret = findSecret(parts, arn ?? valueFrom);
  if (secret === undefined || (stage !== "" && stage !== "AWSCURRENT") || (versionId !== "" && versionId !== secret.versionId)) return undefined;
  const value = isStruck(parts, secret.name) ? undefined : parts.get(secretSource).valueOf(secret.name);
  return value === undefined || jsonKey === "" ? value : memberOf(value, jsonKey);
}

/** Whether the fault that takes secrets away means that one. */
export const isStruck = (parts: Parts, name: string): boolean => parts.get(faults).strike("secret-missing", ({ secret }) => name.includes(secret)).length > 0;

function memberOf(json: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Readonly<Record<string, unknown>> | null)?.[key];
    return value === undefined || value === null ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    // Not JSON: its text must not get into an error.
    return undefined;
  }
}
