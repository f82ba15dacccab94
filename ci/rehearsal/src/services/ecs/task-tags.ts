import type { Parts } from "../../parts.ts";
import type { ServiceRecord, TaskSetRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** What the tasks of a service are tagged with: AWS's own tags where the service wants them, and its own or its task definition's. */
export function tagsOfServiceTask(parts: Parts, taskSet: TaskSetRecord, { clusterArn, enableECSManagedTags, name, propagateTags, tags }: ServiceRecord): Record<string, string> {
  return {
    ...(enableECSManagedTags && { "aws:ecs:clusterName": clusterArn.split("/").at(-1) ?? "", "aws:ecs:serviceName": name }),
    ...(propagateTags === "SERVICE" && tags),
    ...(propagateTags === "TASK_DEFINITION" && findTaskDefinition(parts, taskSet.taskDefinition)?.tags),
  };
}
