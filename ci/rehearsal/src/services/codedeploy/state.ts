import { z } from "zod";
import type { Slice } from "../../world/world.ts";

/** What CodeDeploy knows. Members with SDK names have the SDK's form, so that they are shown as they were given. */

const routingSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("AllAtOnce") }),
  z.object({ type: z.literal("TimeBasedCanary"), timeBasedCanary: z.object({ canaryPercentage: z.number(), canaryInterval: z.number() }) }),
  z.object({ type: z.literal("TimeBasedLinear"), timeBasedLinear: z.object({ linearPercentage: z.number(), linearInterval: z.number() }) }),
]);
/** Percentages of traffic and minutes. */
export type Routing = z.infer<typeof routingSchema>;

const applicationSchema = z.object({ id: z.string(), name: z.string(), computePlatform: z.enum(["ECS", "Server", "Lambda"]), createdMs: z.number() });
export type ApplicationRecord = z.infer<typeof applicationSchema>;

const configSchema = z.object({ id: z.string(), name: z.string(), routing: routingSchema, createdMs: z.number() });
export type ConfigRecord = z.infer<typeof configSchema>;

const rollbackEvents = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;
export type RollbackEvent = (typeof rollbackEvents)[number];
const autoRollbackSchema = z.object({ enabled: z.boolean(), events: z.array(z.enum(rollbackEvents)) });
export type AutoRollback = z.infer<typeof autoRollbackSchema>;

const alarmsSchema = z.object({ enabled: z.boolean(), ignorePollAlarmFailure: z.boolean(), names: z.array(z.string()) });
export type Alarms = z.infer<typeof alarmsSchema>;

/** How a group deploys. Each deployment keeps what it was when it began. */
const settingsSchema = z.object({
  roleArn: z.string(),
  clusterName: z.string(),
  serviceName: z.string(),
  /** Names, in the order given; which of them is blue is for the production listener to say. */
  targetGroups: z.tuple([z.string(), z.string()]),
  prodListenerArn: z.string(),
  testListenerArn: z.string().optional(),
  ready: z.object({ actionOnTimeout: z.enum(["CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT"]), waitTimeInMinutes: z.number() }),
  termination: z.object({ action: z.enum(["TERMINATE", "KEEP_ALIVE"]), terminationWaitTimeInMinutes: z.number() }),
  alarms: alarmsSchema,
  autoRollback: autoRollbackSchema,
  /** SNS topics: shown again, and never sent to. */
  triggers: z.array(z.object({ triggerName: z.string().optional(), triggerTargetArn: z.string().optional(), triggerEvents: z.array(z.string()).optional() })),
});
export type Settings = z.infer<typeof settingsSchema>;

const groupSchema = z.object({ id: z.string(), applicationName: z.string(), name: z.string(), configName: z.string(), settings: settingsSchema });
export type GroupRecord = z.infer<typeof groupSchema>;

const revisionSchema = z.object({
  applicationName: z.string(),
  sha256: z.string(),
  content: z.string(),
  description: z.string().optional(),
  registeredMs: z.number(),
  firstUsedMs: z.number().optional(),
  lastUsedMs: z.number().optional(),
  groups: z.array(z.string()),
});
export type RevisionRecord = z.infer<typeof revisionSchema>;

export const eventNames = ["BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"] as const;
export type EventName = (typeof eventNames)[number];
/** Events for which an AppSpec may name a function. */
export const hookNames = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"] as const;
export type HookName = (typeof hookNames)[number];

const stageNames = ["Created", "BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "ReadyWait", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic", "TerminationWait", "Termination", "Rollback"] as const;
export type Stage = (typeof stageNames)[number];

const errorCodes = ["ALARM_ACTIVE", "ECS_UPDATE_ERROR", "ELASTIC_LOAD_BALANCING_INVALID", "HOOK_EXECUTION_FAILURE", "IAM_ROLE_MISSING", "IAM_ROLE_PERMISSIONS", "INTERNAL_ERROR", "INVALID_ECS_SERVICE", "INVALID_REVISION", "MANUAL_STOP", "TIMEOUT"] as const;
export type ErrorCode = (typeof errorCodes)[number];

const networkSchema = z.object({ subnets: z.array(z.string()), securityGroups: z.array(z.string()), assignPublicIp: z.enum(["ENABLED", "DISABLED"]) });
const appSpecSchema = z.object({
  taskDefinition: z.string(),
  containerName: z.string(),
  containerPort: z.number(),
  platformVersion: z.string().optional(),
  network: networkSchema.optional(),
  /** Names or ARNs of Lambda functions. */
  hooks: z.partialRecord(z.enum(hookNames), z.string()),
});
export type AppSpec = z.infer<typeof appSpecSchema>;

const eventSchema = z.object({ name: z.enum(eventNames), status: z.enum(["Pending", "InProgress", "Succeeded", "Failed", "Skipped"]), startMs: z.number().optional(), endMs: z.number().optional(), diagnostics: z.string().optional() });
export type EventRecord = z.infer<typeof eventSchema>;

const shownTaskSetSchema = z.object({ id: z.string(), desiredCount: z.number(), pendingCount: z.number(), runningCount: z.number(), status: z.string(), trafficWeight: z.number(), targetGroup: z.string(), label: z.enum(["Blue", "Green"]) });
export type ShownTaskSet = z.infer<typeof shownTaskSetSchema>;

const deploymentSchema = z.object({
  id: z.string(),
  applicationName: z.string(),
  groupName: z.string(),
  configName: z.string(),
  routing: routingSchema,
  settings: settingsSchema,
  /** As of this deployment: its own, or the group's. */
  alarms: alarmsSchema,
  hasOwnAlarms: z.boolean(),
  autoRollback: autoRollbackSchema,
  /** Absent for the rollback of a first release: before it there was none. */
  revision: z.object({ sha256: z.string() }).optional(),
  previousRevision: z.object({ sha256: z.string() }).optional(),
  description: z.string().optional(),
  creator: z.enum(["user", "codeDeployRollback"]),
  status: z.enum(["Created", "InProgress", "Ready", "Succeeded", "Failed", "Stopped"]),
  createdMs: z.number(),
  startedMs: z.number().optional(),
  completedMs: z.number().optional(),
  updatedMs: z.number(),
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).optional(),
  rollback: z.object({ rollbackDeploymentId: z.string().optional(), rollbackTriggeringDeploymentId: z.string().optional(), rollbackMessage: z.string() }).optional(),
  stage: z.enum(stageNames),
  stageSinceMs: z.number(),
  events: z.array(eventSchema),
  appSpec: appSpecSchema.optional(),
  clusterArn: z.string().optional(),
  serviceArn: z.string().optional(),
  /** What Install has found and made. */
  blue: z.object({ taskSetArn: z.string(), targetGroupArn: z.string() }).optional(),
  green: z.object({ taskSetArn: z.string().optional(), targetGroupArn: z.string() }).optional(),
  /** How many shifts of the schedule are done. */
  shiftsDone: z.number(),
  shiftedMs: z.number().optional(),
  /** Since when traffic waits for a healthy target. */
  unhealthySinceMs: z.number().optional(),
  /** Somebody has said that the wait of the present stage is over. */
  isContinued: z.boolean(),
  hook: z.object({ executionId: z.string(), event: z.enum(hookNames), startedMs: z.number(), answer: z.enum(["Succeeded", "Failed"]).optional(), diagnostics: z.string().optional() }).optional(),
  /** As they were when it ended. */
  taskSets: z.array(shownTaskSetSchema).optional(),
});
export type DeploymentRecord = z.infer<typeof deploymentSchema>;

const stateSchema = z.object({
  applications: z.array(applicationSchema),
  groups: z.array(groupSchema),
  configs: z.array(configSchema),
  revisions: z.array(revisionSchema),
  /** Newest last. */
  deployments: z.array(deploymentSchema),
});
export type CodeDeployState = z.infer<typeof stateSchema>;

export const codedeploySlice: Slice<CodeDeployState> = {
  name: "codedeploy",
  schema: stateSchema,
  empty: () => ({ applications: [], groups: [], configs: [], revisions: [], deployments: [] }),
};

export const isActive = ({ status }: Pick<DeploymentRecord, "status">): boolean => status === "Created" || status === "InProgress" || status === "Ready";
