import type { ContainerDefinition, ContainerOverride } from "@aws-sdk/client-ecs";
import { faults } from "../../faults/faults.ts";
import type { Parts } from "../../parts.ts";
import type { ContainerSpec, TaskSpec } from "../../tasks/task-provider.ts";
import { executionRole } from "./execution-role.ts";
import { readSecret } from "./read-secret.ts";
import { StartFailure } from "./start-failure.ts";
import type { TaskDefinitionRecord, TaskRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

export { StartFailure } from "./start-failure.ts";

/** What its provider is to run, with secrets in it. Throws StartFailure in ECS's words. */
export function resolveTask(parts: Parts, task: TaskRecord): TaskSpec {
  const definition = findTaskDefinition(parts, task.taskDefinition);
  if (definition === undefined) throw new StartFailure("The task definition is gone.");
  const { executionRoleArn = definition.executionRoleArn, containerOverrides = [] } = task.own?.overrides ?? {};
  const role = executionRole(parts, executionRoleArn);
  // Secrets come before images, and those before the logs: the order in which Fargate fails.
  const containers = definition.containers.map((container) => specOf(parts, overridden(container, containerOverrides), definition, role));
  for (const container of definition.containers) requireImage(parts, container, role);
  for (const container of definition.containers) role.requireLogs(container, task.id);
  return {
    id: task.id,
    address: task.address,
    cpuUnits: definition.cpu ?? 256,
    memoryMb: definition.memory ?? 512,
    containers,
  };
}

/** As RunTask wants it: its command, and more in its environment. */
function overridden(container: ContainerDefinition, overrides: readonly ContainerOverride[]): ContainerDefinition {
  const override = overrides.find(({ name }) => name === container.name);
  const { command = container.command, environment = [], memory = container.memory } = override ?? {};
  const names = new Set(environment.map(({ name }) => name));
  return { ...container, command, memory, environment: [...(container.environment ?? []).filter(({ name }) => !names.has(name)), ...environment] };
}

function requireImage(parts: Parts, { name = "", image = "" }: ContainerDefinition, role: ReturnType<typeof executionRole>): void {
  if (parts.get(faults).strike("image-pull", (fault) => image.includes(fault.image)).length > 0) {
    throw new StartFailure(`CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: ${image}: not found`, name);
  }
  role.requirePull(image, name);
}

function specOf(parts: Parts, container: ContainerDefinition, definition: TaskDefinitionRecord, role: ReturnType<typeof executionRole>): ContainerSpec {
  const { name = "", image = "", entryPoint, command, workingDirectory, user, healthCheck, memory, stopTimeout = 30 } = container;
  const environment: Record<string, string> = {};
  for (const pair of container.environment ?? []) environment[pair.name ?? ""] = pair.value ?? "";
  for (const secret of container.secrets ?? []) environment[secret.name ?? ""] = readSecret(parts, secret.valueFrom ?? "", role);
  return {
    name,
    image,
    essential: container.essential !== false,
    ...(entryPoint !== undefined && { entryPoint }),
    ...(command !== undefined && { command }),
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(user !== undefined && { user }),
    environment,
    containerPorts: (container.portMappings ?? []).flatMap(({ containerPort }) => (containerPort === undefined ? [] : [containerPort])),
    dependsOn: (container.dependsOn ?? []).map(({ containerName = "", condition = "START" }) => ({ containerName, condition })),
    ...(healthCheck !== undefined && { healthCheck: { command: healthCheck.command ?? [], interval: healthCheck.interval ?? 30, timeout: healthCheck.timeout ?? 5, retries: healthCheck.retries ?? 3, startPeriod: healthCheck.startPeriod ?? 0 } }),
    mounts: (container.mountPoints ?? []).map(({ sourceVolume = "", containerPath = "", readOnly = false }) => ({ volume: sourceVolume, path: containerPath, readOnly })),
    readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
    initProcessEnabled: container.linuxParameters?.initProcessEnabled ?? false,
    droppedCapabilities: container.linuxParameters?.capabilities?.drop ?? [],
    ...((memory ?? definition.memory) !== undefined && { memoryMb: memory ?? definition.memory ?? 512 }),
    stopTimeout,
  };
}
