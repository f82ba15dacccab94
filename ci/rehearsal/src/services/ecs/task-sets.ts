import type { NetworkConfiguration } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { networkOf } from "./network.ts";
import { scheduler } from "./scheduler.ts";
import { requireActive, serviceByArn } from "./services.ts";
import { ecsSignals } from "./signals.ts";
import { ecsState, type ServiceLoadBalancer, type TaskSetRecord } from "./state.ts";
import { activeTaskDefinition } from "./task-definitions.ts";

export interface NewTaskSet {
  readonly clusterArn: string;
  readonly serviceArn: string;
  readonly taskDefinitionArn: string;
  readonly externalId?: string | undefined;
  readonly startedBy?: string | undefined;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  /** Absent: as the service has it. */
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly platformVersion?: string | undefined;
  readonly scalePercent: number;
  readonly tags?: Readonly<Record<string, string>>;
}

const mostTaskSets = 5;

/** Starts at once. Not primary, unless it is the first. */
export function createTaskSet(parts: Parts, wanted: NewTaskSet): TaskSetRecord {
  const service = serviceByArn(parts, wanted.serviceArn);
  requireActive(service);
  if (service.deploymentController === "ECS") throw new AwsError("InvalidParameterException", "Unable to create task set on a service with an ECS deployment controller.");
  const existing = taskSetsOf(parts, service.arn);
  if (existing.length >= mostTaskSets) throw new AwsError("InvalidParameterException", `${String(mostTaskSets)} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`);
  const taskDefinition = activeTaskDefinition(parts, wanted.taskDefinitionArn);
  requireContainers(wanted.loadBalancers, taskDefinition.containers);
  const now = parts.clock.now();
  const id = `ecs-svc/${parts.ids.digits(19)}`;
  const taskSet: TaskSetRecord = {
    arn: service.arn.replace(":service/", ":task-set/") + `/${id}`,
    id,
    clusterArn: wanted.clusterArn,
    serviceArn: service.arn,
    status: existing.some(({ status }) => status === "PRIMARY") || wanted.startedBy === "CODE_DEPLOY" ? "ACTIVE" : "PRIMARY",
    taskDefinition: taskDefinition.arn,
    externalId: wanted.externalId,
    startedBy: wanted.startedBy,
    scalePercent: wanted.scalePercent,
    computedDesiredCount: Math.ceil((service.desiredCount * wanted.scalePercent) / 100),
    pendingCount: 0,
    runningCount: 0,
    stabilityStatus: "STABILIZING",
    stabilityMs: now,
    createdMs: now,
    updatedMs: now,
    platformVersion: wanted.platformVersion === undefined || wanted.platformVersion === "LATEST" ? "1.4.0" : wanted.platformVersion,
    loadBalancers: wanted.loadBalancers.map((balancer) => ({ ...balancer })),
    network: networkOf(wanted.networkConfiguration) ?? service.network,
    failures: 0,
    notBeforeMs: 0,
    tags: { ...wanted.tags },
  };
  ecsState(parts).taskSets.push(taskSet);
  parts.timeline.add("ecs", "task-set-created", { taskSet: taskSet.arn, service: service.arn, taskDefinition: taskDefinition.arn, targetGroups: taskSet.loadBalancers.map(({ targetGroupArn }) => targetGroupArn), desired: taskSet.computedDesiredCount, status: taskSet.status });
  told(parts, taskSet);
  return taskSet;
}

export function setTaskSetScale(parts: Parts, taskSetArn: string, percent: number): void {
  if (!(percent >= 0 && percent <= 100)) throw new AwsError("InvalidParameterException", "Scale value must be between 0.0 and 100.0");
  const taskSet = taskSetOf(parts, taskSetArn);
  Object.assign(taskSet, { scalePercent: percent, updatedMs: parts.clock.now() });
  told(parts, taskSet);
}

export function setPrimaryTaskSet(parts: Parts, serviceArn: string, taskSetArn: string): void {
  const service = serviceByArn(parts, serviceArn);
  const taskSet = taskSetOf(parts, taskSetArn);
  if (taskSet.status === "DRAINING") throw new AwsError("InvalidParameterException", "A task set that is draining cannot be the primary one.");
  for (const other of taskSetsOf(parts, serviceArn)) if (other.status === "PRIMARY") other.status = "ACTIVE";
  taskSet.status = "PRIMARY";
  // What the service shows of itself is its primary task set's.
  Object.assign(service, { taskDefinitionArn: taskSet.taskDefinition, loadBalancers: taskSet.loadBalancers.map((balancer) => ({ ...balancer })), platformVersion: taskSet.platformVersion });
  parts.timeline.add("ecs", "primary-task-set", { taskSet: taskSet.arn });
  told(parts, taskSet);
}

/** It is gone once its tasks have ended. */
export function deleteTaskSet(parts: Parts, taskSetArn: string): void {
  const taskSet = taskSetOf(parts, taskSetArn);
  if (taskSet.status === "PRIMARY") throw new AwsError("InvalidParameterException", "The primary task set cannot be deleted.");
  drainTaskSet(parts, taskSet);
}

/** Also the primary one, when its service ends. */
export function drainTaskSet(parts: Parts, taskSet: TaskSetRecord): void {
  Object.assign(taskSet, { status: "DRAINING", scalePercent: 0, updatedMs: parts.clock.now() } satisfies Partial<TaskSetRecord>);
  parts.timeline.add("ecs", "task-set-draining", { taskSet: taskSet.arn });
  told(parts, taskSet);
}

export const taskSetsOf = (parts: Parts, serviceArn: string): TaskSetRecord[] => ecsState(parts).taskSets.filter((taskSet) => taskSet.serviceArn === serviceArn);

/** When anything about the task sets of a service is different. */
export const onTaskSet = (parts: Parts, listener: (serviceArn: string) => void): (() => void) => parts.get(ecsSignals).taskSet.subscribe(listener);

export function taskSetOf(parts: Parts, idOrArn: string): TaskSetRecord {
  const found = ecsState(parts).taskSets.find(({ arn, id }) => arn === idOrArn || id === idOrArn);
  if (found === undefined) throw new AwsError("TaskSetNotFoundException", "The specified task set wasn't found.");
  return found;
}

function requireContainers(balancers: readonly ServiceLoadBalancer[], containers: readonly { name?: string | undefined; portMappings?: readonly { containerPort?: number | undefined }[] | undefined }[]): void {
  for (const { containerName, containerPort } of balancers) {
    const container = containers.find(({ name }) => name === containerName);
    if (container === undefined) throw new AwsError("InvalidParameterException", `The container ${containerName} does not exist in the task definition.`);
    if (!(container.portMappings ?? []).some((mapping) => mapping.containerPort === containerPort)) throw new AwsError("InvalidParameterException", `The container ${containerName} did not have a container port ${String(containerPort)} defined.`);
  }
}

function told(parts: Parts, taskSet: TaskSetRecord): void {
  parts.get(scheduler).wake();
  parts.get(ecsSignals).taskSet.tell(taskSet.serviceArn);
  parts.world.changed();
}
