import type { ContainerDefinition, TaskDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { Parts } from "../../parts.ts";
import type { Slice } from "../../world/world.ts";

const tags = z.record(z.string(), z.string());
/** As the API has it, and as it was checked when it was registered. */
const containerDefinition = z.custom<ContainerDefinition>((value) => typeof value === "object" && value !== null);
/** Members that nothing acts on here. */
const shownAgain = z.custom<Pick<TaskDefinition, "pidMode" | "ipcMode" | "ephemeralStorage" | "proxyConfiguration" | "enableFaultInjection" | "placementConstraints">>((value) => typeof value === "object" && value !== null);
const taskOverride = z.custom<TaskOverride>((value) => typeof value === "object" && value !== null);
const loadBalancer = z.object({ targetGroupArn: z.string(), containerName: z.string(), containerPort: z.number() });
const network = z.object({ subnets: z.array(z.string()), securityGroups: z.array(z.string()), assignPublicIp: z.enum(["ENABLED", "DISABLED"]) });

const cluster = z.object({
  arn: z.string(),
  name: z.string(),
  /** Absent: it is ACTIVE. */
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  capacityProviders: z.array(z.string()).optional(),
  defaultStrategy: z.array(z.object({ capacityProvider: z.string(), weight: z.number(), base: z.number() })).optional(),
  tags,
});

const taskDefinition = z.object({
  arn: z.string(),
  family: z.string(),
  revision: z.number(),
  status: z.enum(["ACTIVE", "INACTIVE"]),
  registeredMs: z.number(),
  registeredBy: z.string(),
  deregisteredMs: z.number().optional(),
  /** CPU units and MiB, where it has them for the whole task. */
  cpu: z.number().optional(),
  memory: z.number().optional(),
  networkMode: z.string(),
  requiresCompatibilities: z.array(z.string()),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
  runtimePlatform: z.object({ cpuArchitecture: z.string(), operatingSystemFamily: z.string() }).optional(),
  containers: z.array(containerDefinition),
  /** Names of scratch volumes: the only kind here. */
  volumes: z.array(z.string()).optional(),
  shownAgain: shownAgain.optional(),
  tags,
});

const service = z.object({
  arn: z.string(),
  name: z.string(),
  clusterArn: z.string(),
  status: z.enum(["ACTIVE", "DRAINING", "INACTIVE"]),
  desiredCount: z.number(),
  deploymentController: z.string(),
  launchType: z.string(),
  platformVersion: z.string(),
  taskDefinitionArn: z.string(),
  loadBalancers: z.array(loadBalancer),
  network: network.optional(),
  healthCheckGracePeriodSeconds: z.number(),
  minimumHealthyPercent: z.number(),
  maximumPercent: z.number(),
  enableECSManagedTags: z.boolean(),
  enableExecuteCommand: z.boolean(),
  propagateTags: z.string(),
  createdMs: z.number(),
  events: z.array(z.object({ id: z.string(), atMs: z.number(), message: z.string() })),
  tags,
});

const taskSet = z.object({
  arn: z.string(),
  id: z.string(),
  clusterArn: z.string(),
  serviceArn: z.string(),
  status: z.enum(["PRIMARY", "ACTIVE", "DRAINING"]),
  taskDefinition: z.string(),
  externalId: z.string().optional(),
  startedBy: z.string().optional(),
  scalePercent: z.number(),
  computedDesiredCount: z.number(),
  pendingCount: z.number(),
  runningCount: z.number(),
  stabilityStatus: z.enum(["STEADY_STATE", "STABILIZING"]),
  stabilityMs: z.number(),
  createdMs: z.number(),
  updatedMs: z.number(),
  platformVersion: z.string(),
  loadBalancers: z.array(loadBalancer),
  network: network.optional(),
  /** Tasks that ended by themselves, one after the other, and when the next may be started. */
  failures: z.number(),
  notBeforeMs: z.number(),
  tags,
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  imageDigest: z.string().optional(),
  status: z.enum(["PENDING", "RUNNING", "STOPPED"]),
  health: z.enum(["HEALTHY", "UNHEALTHY", "UNKNOWN"]),
  exitCode: z.number().optional(),
  reason: z.string().optional(),
  runtimeId: z.string(),
});

const task = z.object({
  arn: z.string(),
  id: z.string(),
  clusterArn: z.string(),
  /** Both are empty for one that RunTask has started. */
  serviceArn: z.string(),
  taskSetArn: z.string(),
  taskDefinition: z.string(),
  /** What RunTask said of it. */
  own: z.object({ group: z.string(), startedBy: z.string().optional(), overrides: taskOverride }).optional(),
  address: z.string(),
  zone: z.string(),
  subnet: z.string(),
  status: z.enum(["PENDING", "RUNNING", "DEACTIVATING", "STOPPED"]),
  desiredStatus: z.enum(["RUNNING", "STOPPED"]),
  containers: z.array(container),
  createdMs: z.number(),
  startedMs: z.number().optional(),
  stoppingMs: z.number().optional(),
  stoppedMs: z.number().optional(),
  stopCode: z.string().optional(),
  stoppedReason: z.string().optional(),
  isRegistered: z.boolean(),
  tags,
});

export type ClusterRecord = z.infer<typeof cluster>;
export type TaskDefinitionRecord = z.infer<typeof taskDefinition>;
export type ServiceRecord = z.infer<typeof service>;
export type TaskSetRecord = z.infer<typeof taskSet>;
export type TaskRecord = z.infer<typeof task>;
export type TaskContainer = z.infer<typeof container>;
export type ServiceNetwork = z.infer<typeof network>;
export type ServiceLoadBalancer = z.infer<typeof loadBalancer>;

const ecsSchema = z.object({
  clusters: z.array(cluster),
  taskDefinitions: z.array(taskDefinition),
  services: z.array(service),
  taskSets: z.array(taskSet),
  tasks: z.array(task),
  /** Of every zone, the last number of an address that was given. */
  lastAddress: z.record(z.string(), z.number()),
});

export const ecsSlice: Slice<z.infer<typeof ecsSchema>> = {
  name: "ecs",
  schema: ecsSchema,
  empty: () => ({ clusters: [], taskDefinitions: [], services: [], taskSets: [], tasks: [], lastAddress: {} }),
};

export const ecsState = (parts: Parts): z.infer<typeof ecsSchema> => parts.world.slice(ecsSlice);
