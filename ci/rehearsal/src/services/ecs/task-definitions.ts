import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsState, type TaskDefinitionRecord } from "./state.ts";

/** `family:revision`, an ARN, or a family alone for its newest that is active. */
export function findTaskDefinition(parts: Parts, arnOrFamilyRevision: string): TaskDefinitionRecord | undefined {
  const all = ecsState(parts).taskDefinitions;
  const name = arnOrFamilyRevision.replace(/^arn:[^/]*:task-definition\//, "");
  if (arnOrFamilyRevision.startsWith("arn:") && !arnOrFamilyRevision.startsWith(parts.world.arn("ecs", "task-definition/"))) return undefined;
  if (name.includes(":")) return all.find(({ family, revision }) => `${family}:${String(revision)}` === name);
  return all.findLast(({ family, status }) => family === name && status === "ACTIVE");
}

/** One that tasks may be started of. */
export function activeTaskDefinition(parts: Parts, arnOrFamilyRevision: string | undefined): TaskDefinitionRecord {
  const found = arnOrFamilyRevision === undefined ? undefined : findTaskDefinition(parts, arnOrFamilyRevision);
  if (found === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
  if (found.status !== "ACTIVE") throw new AwsError("ClientException", "TaskDefinition is inactive");
  return found;
}
