import type { Parts } from "../../parts.ts";
import { addServiceEvent } from "./services.ts";
import { ecsState, type ServiceRecord, type TaskRecord } from "./state.ts";

/**
 * The lines that tools print while a service changes, in AWS's words. Source:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */

const named = (tasks: readonly TaskRecord[]): string => tasks.map(({ id }) => `(task ${id})`).join(" ");

export const tellStarted = (parts: Parts, service: ServiceRecord, taskSetId: string, tasks: readonly TaskRecord[]): void => {
  if (tasks.length > 0) addServiceEvent(parts, service, `has started ${String(tasks.length)} tasks: ${named(tasks)}.`, taskSetId);
};

export const tellStopped = (parts: Parts, service: ServiceRecord, taskSetId: string, tasks: readonly TaskRecord[]): void => {
  if (tasks.length > 0) addServiceEvent(parts, service, `has stopped ${String(tasks.length)} running tasks: ${named(tasks)}.`, taskSetId);
};

/** Of a task set, and of the service when no other is on its way. */
export function tellSteady(parts: Parts, service: ServiceRecord, taskSetId: string): void {
  addServiceEvent(parts, service, "updated state to STEADY_STATE.", taskSetId);
  const others = ecsState(parts).taskSets.filter(({ serviceArn, status }) => serviceArn === service.arn && status !== "DRAINING");
  if (others.every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE")) addServiceEvent(parts, service, "has reached a steady state.");
}

/** Once, until something else has happened. */
export function tellNoPlace(parts: Parts, service: ServiceRecord): void {
  const message = "was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.";
  if (service.events[0]?.message.endsWith(message) !== true) addServiceEvent(parts, service, message);
}

/** A task's, into or out of a target group. */
export function tellTarget(parts: Parts, task: TaskRecord, what: "registered" | "deregistered", targetGroupArn: string): void {
  const { services, taskSets } = ecsState(parts);
  const service = services.find(({ arn }) => arn === task.serviceArn);
  const taskSet = taskSets.find(({ arn }) => arn === task.taskSetArn);
  if (service === undefined || taskSet === undefined) return;
  addServiceEvent(parts, service, `${what} 1 targets in (target-group ${targetGroupArn})`, taskSet.id);
  if (what === "deregistered") addServiceEvent(parts, service, "has begun draining connections on 1 tasks.", taskSet.id);
}
