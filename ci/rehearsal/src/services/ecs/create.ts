import type { CreateClusterCommandInput, RegisterTaskDefinitionCommandInput, Tag } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkContainers } from "./check-containers.ts";
import { checkFargateTask } from "./check-fargate-task.ts";
import { checkVolumes } from "./check-volumes.ts";
import { cpuUnits, memoryMib } from "./fargate-sizes.ts";
import { notModelled } from "./not-modelled.ts";
import { findCluster } from "./services.ts";
import { ecsState, type ClusterRecord, type TaskDefinitionRecord } from "./state.ts";

export { createService } from "./create-service.ts";

export const tagsOf = (tags: readonly Tag[] = []): Record<string, string> => Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));
export const showTags = (tags: Readonly<Record<string, string>>): Tag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** One of the same name is returned, as on AWS. */
export function createCluster(parts: Parts, { clusterName = "default", tags }: CreateClusterCommandInput): ClusterRecord {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(clusterName)) throw new AwsError("InvalidParameterException", "Identifier is invalid.");
  const known = findCluster(parts, clusterName);
  if (known?.status === "INACTIVE") known.status = "ACTIVE";
  if (known !== undefined) return known;
  const cluster: ClusterRecord = { arn: parts.world.arn("ecs", `cluster/${clusterName}`), name: clusterName, tags: tagsOf(tags) };
  ecsState(parts).clusters.push(cluster);
  return cluster;
}

/** A new revision, also when nothing is different. Throws ClientException. */
export function registerTaskDefinition(parts: Parts, input: RegisterTaskDefinitionCommandInput, registeredBy = `arn:aws:iam::${parts.world.account}:root`): TaskDefinitionRecord {
  const { family = "", networkMode = "bridge", requiresCompatibilities = [], containerDefinitions = [], volumes = [], executionRoleArn, taskRoleArn, runtimePlatform } = input;
  const { pidMode, ipcMode, ephemeralStorage, proxyConfiguration, enableFaultInjection, placementConstraints } = input;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw new AwsError("ClientException", family === "" ? "Family should not be null or empty." : "Family contains invalid characters.");
  const isFargate = requiresCompatibilities.includes("FARGATE");
  const cpu = cpuUnits(input.cpu);
  const memory = memoryMib(input.memory);
  if (isFargate) checkFargateTask(input, cpu, memory);
  checkContainers(containerDefinitions, { isAwsvpc: networkMode === "awsvpc", isFargate, hasExecutionRole: executionRoleArn !== undefined });
  checkVolumes(volumes, containerDefinitions, isFargate);
  const { taskDefinitions } = ecsState(parts);
  // They stand in the order in which they were registered, and none is ever taken out.
  const revision = (taskDefinitions.findLast((other) => other.family === family)?.revision ?? 0) + 1;
  const record: TaskDefinitionRecord = {
    arn: parts.world.arn("ecs", `task-definition/${family}:${String(revision)}`),
    family,
    revision,
    status: "ACTIVE",
    registeredMs: parts.clock.now(),
    registeredBy,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities: [...requiresCompatibilities],
    taskRoleArn,
    executionRoleArn,
    runtimePlatform: runtimePlatform && { cpuArchitecture: runtimePlatform.cpuArchitecture ?? "X86_64", operatingSystemFamily: runtimePlatform.operatingSystemFamily ?? "LINUX" },
    containers: containerDefinitions.map((container) => withDefaults(container, networkMode)),
    ...(volumes.length > 0 && { volumes: volumes.flatMap(({ name }) => (name === undefined ? [] : [name])) }),
    shownAgain: { pidMode, ipcMode, ephemeralStorage, proxyConfiguration, enableFaultInjection, placementConstraints },
    tags: tagsOf(input.tags),
  };
  taskDefinitions.push(record);
  parts.timeline.add("ecs", "task-definition-registered", { taskDefinition: record.arn, images: containerDefinitions.map(({ image = "" }) => image) });
  const members = notModelled(input);
  if (members.length > 0) parts.timeline.add("ecs", "not-modelled", { taskDefinition: record.arn, members });
  return record;
}

/** As AWS shows it again. */
function withDefaults(container: TaskDefinitionRecord["containers"][number], networkMode: string): TaskDefinitionRecord["containers"][number] {
  const { portMappings = [], healthCheck } = container;
  return {
    cpu: 0,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    essential: container.essential !== false,
    portMappings: portMappings.map((mapping) => ({ ...mapping, hostPort: mapping.hostPort ?? (networkMode === "awsvpc" ? mapping.containerPort : 0), protocol: mapping.protocol ?? "tcp" })),
    ...(healthCheck !== undefined && { healthCheck: { ...healthCheck, command: healthCheck.command, interval: healthCheck.interval ?? 30, timeout: healthCheck.timeout ?? 5, retries: healthCheck.retries ?? 3 } }),
  };
}
