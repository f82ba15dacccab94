import type { Compatibility, LaunchType, NetworkMode, OSFamily, CPUArchitecture, PropagateTags, Service, Task, TaskDefinition, TaskSet, TaskStopCode, DeploymentControllerType } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { showTags } from "./create.ts";
import { showNetwork } from "./network.ts";
import { serviceByArn } from "./services.ts";
import { ecsState, type ServiceRecord, type TaskDefinitionRecord, type TaskRecord, type TaskSetRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";
import { healthOf } from "./task-health.ts";
import { taskSetsOf } from "./task-sets.ts";

const date = (ms: number): Date => new Date(ms);

export function showTaskDefinition(record: TaskDefinitionRecord): TaskDefinition {
  const { arn, cpu, memory, registeredMs, deregisteredMs, containers, runtimePlatform } = record;
  return {
    taskDefinitionArn: arn,
    family: record.family,
    revision: record.revision,
    status: record.status,
    containerDefinitions: containers,
    networkMode: record.networkMode as NetworkMode,
    volumes: (record.volumes ?? []).map((name) => ({ name, host: {} })),
    ...record.shownAgain,
    placementConstraints: record.shownAgain?.placementConstraints ?? [],
    compatibilities: record.networkMode === "awsvpc" ? ["EC2", "FARGATE"] : ["EC2"],
    ...(record.requiresCompatibilities.length > 0 && { requiresCompatibilities: record.requiresCompatibilities as Compatibility[] }),
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(record.taskRoleArn !== undefined && { taskRoleArn: record.taskRoleArn }),
    ...(record.executionRoleArn !== undefined && { executionRoleArn: record.executionRoleArn }),
    ...(runtimePlatform !== undefined && { runtimePlatform: { cpuArchitecture: runtimePlatform.cpuArchitecture as CPUArchitecture, operatingSystemFamily: runtimePlatform.operatingSystemFamily as OSFamily } }),
    registeredAt: date(registeredMs),
    registeredBy: record.registeredBy,
    ...(deregisteredMs !== undefined && { deregisteredAt: date(deregisteredMs) }),
  };
}

export function showTaskSet(parts: Parts, taskSet: TaskSetRecord): TaskSet {
  const { launchType } = serviceByArn(parts, taskSet.serviceArn);
  return {
    id: taskSet.id,
    taskSetArn: taskSet.arn,
    serviceArn: taskSet.serviceArn,
    clusterArn: taskSet.clusterArn,
    ...(taskSet.startedBy !== undefined && { startedBy: taskSet.startedBy }),
    ...(taskSet.externalId !== undefined && { externalId: taskSet.externalId }),
    status: taskSet.status,
    taskDefinition: taskSet.taskDefinition,
    computedDesiredCount: taskSet.computedDesiredCount,
    pendingCount: taskSet.pendingCount,
    runningCount: taskSet.runningCount,
    createdAt: date(taskSet.createdMs),
    updatedAt: date(taskSet.updatedMs),
    launchType: launchType as LaunchType,
    platformVersion: taskSet.platformVersion,
    platformFamily: "Linux",
    ...(taskSet.network !== undefined && { networkConfiguration: showNetwork(taskSet.network) }),
    loadBalancers: taskSet.loadBalancers,
    serviceRegistries: [],
    scale: { value: taskSet.scalePercent, unit: "PERCENT" },
    stabilityStatus: taskSet.stabilityStatus,
    stabilityStatusAt: date(taskSet.stabilityMs),
    tags: showTags(taskSet.tags),
  };
}

export function showService(parts: Parts, service: ServiceRecord, { withTags = false } = {}): Service {
  const taskSets = taskSetsOf(parts, service.arn);
  const sum = (count: (taskSet: TaskSetRecord) => number): number => taskSets.reduce((total, taskSet) => total + count(taskSet), 0);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: sum(({ runningCount }) => runningCount),
    pendingCount: sum(({ pendingCount }) => pendingCount),
    launchType: service.launchType as LaunchType,
    platformVersion: service.platformVersion,
    platformFamily: "Linux",
    ...(service.taskDefinitionArn !== "" && { taskDefinition: service.taskDefinitionArn }),
    deploymentConfiguration: { minimumHealthyPercent: service.minimumHealthyPercent, maximumPercent: service.maximumPercent },
    deploymentController: { type: service.deploymentController as DeploymentControllerType },
    taskSets: taskSets.map((taskSet) => showTaskSet(parts, taskSet)),
    deployments: [],
    roleArn: `arn:aws:iam::${parts.world.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: service.events.map(({ id, atMs, message }) => ({ id, createdAt: date(atMs), message })),
    createdAt: date(service.createdMs),
    loadBalancers: service.loadBalancers,
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    ...(service.network !== undefined && { networkConfiguration: showNetwork(service.network) }),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: "REPLICA",
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags as PropagateTags,
    ...(withTags && { tags: showTags(service.tags) }),
  };
}

export function showTask(parts: Parts, task: TaskRecord): Task {
  const definition = findTaskDefinition(parts, task.taskDefinition);
  const service = ecsState(parts).services.find(({ arn }) => arn === task.serviceArn);
  const eni = `eni-${task.id.slice(0, 17)}`;
  const health = healthOf(parts, task).status;
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinition,
    group: task.own?.group ?? `service:${service?.name ?? ""}`,
    ...showStarter(task),
    launchType: "FARGATE",
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    availabilityZone: task.zone,
    lastStatus: task.status,
    desiredStatus: task.desiredStatus,
    healthStatus: health,
    connectivity: "CONNECTED",
    connectivityAt: date(task.createdMs),
    cpu: String(definition?.cpu ?? 256),
    memory: String(definition?.memory ?? 512),
    createdAt: date(task.createdMs),
    ...(task.startedMs !== undefined && { startedAt: date(task.startedMs) }),
    ...(task.stoppingMs !== undefined && { stoppingAt: date(task.stoppingMs) }),
    ...(task.stoppedMs !== undefined && { stoppedAt: date(task.stoppedMs), executionStoppedAt: date(task.stoppedMs) }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode as TaskStopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    attachments: [{ id: task.id.slice(0, 8), type: "ElasticNetworkInterface", status: task.status === "STOPPED" ? "DELETED" : "ATTACHED", details: [{ name: "subnetId", value: task.subnet }, { name: "networkInterfaceId", value: eni }, { name: "privateIPv4Address", value: task.address }] }],
    containers: task.containers.map(({ name, image, status, health: containerHealth, exitCode, reason, runtimeId }) => ({
      containerArn: task.arn.replace(":task/", ":container/") + `/${runtimeId}`,
      taskArn: task.arn,
      name,
      image,
      runtimeId,
      lastStatus: status,
      healthStatus: containerHealth,
      ...(exitCode !== undefined && { exitCode }),
      ...(reason !== undefined && { reason }),
      networkInterfaces: [{ attachmentId: task.id.slice(0, 8), privateIpv4Address: task.address }],
    })),
    overrides: { ...task.own?.overrides, containerOverrides: task.containers.map(({ name }) => task.own?.overrides.containerOverrides?.find((override) => override.name === name) ?? { name }) },
    tags: showTags(task.tags),
    version: 1,
  };
}

/** `ecs-svc/…` of a service's task; what RunTask was told, if it was, of another. */
function showStarter({ own, taskSetArn }: TaskRecord): Pick<Task, "startedBy"> {
  const startedBy = own === undefined ? taskSetArn.split("/").slice(-2).join("/") : own.startedBy;
  return startedBy === undefined ? {} : { startedBy };
}
