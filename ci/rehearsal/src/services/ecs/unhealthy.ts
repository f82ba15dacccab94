import type { Parts } from "../../parts.ts";
import { targetState } from "./stability.ts";
import type { ServiceRecord, TaskRecord, TaskSetRecord } from "./state.ts";
import { healthOf } from "./task-health.ts";

/** Why a task is to be replaced, in the words of the service's event and of the task; undefined when it is well, or still in its time of grace. */
export function unhealthyReason(parts: Parts, task: TaskRecord, taskSet: TaskSetRecord, service: ServiceRecord): { readonly event: string; readonly stopped: string } | undefined {
  if (task.startedMs === undefined) return undefined;
  if (taskSet.loadBalancers.length > 0 && parts.clock.now() < graceEndMs(task.startedMs, service)) return undefined;
  if (healthOf(parts, task).status === "UNHEALTHY") return { event: "failed container health checks.", stopped: "Task failed container health checks" };
  const failing = taskSet.loadBalancers.find(({ targetGroupArn, containerPort }) => targetState(parts, targetGroupArn, task.address, containerPort) === "unhealthy");
  if (failing === undefined) return undefined;
  const stopped = `Task failed ELB health checks in (target-group ${failing.targetGroupArn})`;
  return { event: `(port ${String(failing.containerPort)}) is unhealthy in (target-group ${failing.targetGroupArn}) due to (reason Health checks failed).`, stopped };
}

export const graceEndMs = (startedMs: number, { healthCheckGracePeriodSeconds }: ServiceRecord): number => startedMs + healthCheckGracePeriodSeconds * 1000;
