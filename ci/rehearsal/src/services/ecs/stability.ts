import type { Parts } from "../../parts.ts";
import { elbv2State } from "../elbv2/state.ts";
import { healthOf } from "./task-health.ts";
import { ecsState, type TaskRecord, type TaskSetRecord } from "./state.ts";

const tasksOf = (parts: Parts, { arn }: TaskSetRecord): readonly TaskRecord[] => ecsState(parts).tasks.filter(({ taskSetArn, desiredStatus }) => taskSetArn === arn && desiredStatus === "RUNNING");

export function refreshCounts(parts: Parts, taskSet: TaskSetRecord): void {
  const tasks = tasksOf(parts, taskSet);
  taskSet.runningCount = tasks.filter(({ status }) => status === "RUNNING").length;
  taskSet.pendingCount = tasks.length - taskSet.runningCount;
}

/** All that it is to have runs, and neither its containers' checks nor a load balancer say otherwise. Source: the API reference of TaskSet's stabilityStatus. */
export function isStable(parts: Parts, taskSet: TaskSetRecord): boolean {
  if (taskSet.runningCount !== taskSet.computedDesiredCount || taskSet.pendingCount !== 0) return false;
  return tasksOf(parts, taskSet).every((task) => isHealthy(parts, task, taskSet));
}

function isHealthy(parts: Parts, task: TaskRecord, taskSet: TaskSetRecord): boolean {
  const health = healthOf(parts, task);
  if (health.hasCheck && health.status !== "HEALTHY") return false;
  return taskSet.loadBalancers.every(({ targetGroupArn, containerPort }) => {
    const state = targetState(parts, targetGroupArn, task.address, containerPort);
    // A group that no listener uses is not checked, so that it says nothing.
    return state === "healthy" || state === "unused";
  });
}

export const targetState = (parts: Parts, targetGroupArn: string, address: string, port: number): string | undefined =>
  elbv2State(parts)
    .targetGroups.find(({ arn }) => arn === targetGroupArn)
    ?.targets.find((target) => target.id === address && target.port === port)?.state;
