import type { Parts } from "../../parts.ts";
import { putLogLine } from "../logs/log-streams.ts";
import type { TaskRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** Where the lines of a task's containers go: `<prefix>/<container>/<task id>` of the group that each names; nowhere for other log drivers. */
export function logTo(parts: Parts, task: TaskRecord): (container: string, line: string) => void {
  const containers = findTaskDefinition(parts, task.taskDefinition)?.containers ?? [];
  return (name, message) => {
    const { logDriver, options } = containers.find((container) => container.name === name)?.logConfiguration ?? {};
    const group = options?.["awslogs-group"];
    const prefix = options?.["awslogs-stream-prefix"];
    if (logDriver === "awslogs" && group !== undefined && prefix !== undefined && message !== "") putLogLine(parts, { group, stream: `${prefix}/${name}/${task.id}`, message });
  };
}
