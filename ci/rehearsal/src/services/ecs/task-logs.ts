import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { openLogStream, putLogLine } from "../logs/log-streams.ts";
import type { TaskRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** Where a container's lines go: `<prefix>/<container>/<task id>` of the group that it names; undefined for other log drivers. */
export function logStreamOf({ name = "", logConfiguration }: ContainerDefinition, taskId: string): { readonly group: string; readonly stream: string } | undefined {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = logConfiguration?.options ?? {};
  return logConfiguration?.logDriver !== "awslogs" || group === undefined || prefix === undefined ? undefined : { group, stream: `${prefix}/${name}/${taskId}` };
}

export interface TaskLogs {
  /** The container starts. */
  readonly open: (container: string) => void;
  readonly write: (container: string, line: string) => void;
}

export function logsOf(parts: Parts, task: TaskRecord): TaskLogs {
  const containers = findTaskDefinition(parts, task.taskDefinition)?.containers ?? [];
  const streamOf = (container: string): ReturnType<typeof logStreamOf> => logStreamOf(containers.find(({ name }) => name === container) ?? {}, task.id);
  return {
    open(container) {
      const to = streamOf(container);
      if (to !== undefined) openLogStream(parts, to.group, to.stream);
    },
    write(container, message) {
      const to = streamOf(container);
      if (to !== undefined && message !== "") putLogLine(parts, { ...to, message });
    },
  };
}
