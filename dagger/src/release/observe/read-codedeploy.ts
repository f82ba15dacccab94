import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import type { Have, HaveDeployment, HaveGroup } from "../have.ts";
import type { AwsNames } from "../release-settings.ts";
import type { Reader } from "./reader.ts";

const absent = ["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"];

const applicationSchema = z.object({ application: z.object({ applicationName: z.string(), computePlatform: z.string().default("Server") }) });

export async function readApplication(clients: AwsClients, names: AwsNames, reader: Reader): Promise<Have["application"]> {
  return reader.read(
    { part: "application", action: "codedeploy:GetApplication", absentWhen: absent },
    async () => {
      const [codedeploy, { GetApplicationCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
      const { application } = applicationSchema.parse(await codedeploy.send(new GetApplicationCommand({ applicationName: names.application }), reader.options));
      return { name: application.applicationName, computePlatform: application.computePlatform };
    },
    undefined,
  );
}

const named = z.object({ name: z.string() });
const routeSchema = z.object({ listenerArns: z.array(z.string()).default([]) }).default({ listenerArns: [] });
const groupSchema = z.object({
  deploymentGroupInfo: z.object({
    deploymentGroupName: z.string(),
    serviceRoleArn: z.string().default(""),
    deploymentConfigName: z.string().default(""),
    ecsServices: z.array(z.object({ clusterName: z.string().optional(), serviceName: z.string().optional() })).default([]),
    deploymentStyle: z.object({ deploymentType: z.string().optional(), deploymentOption: z.string().optional() }).default({}),
    autoRollbackConfiguration: z.object({ enabled: z.boolean().default(false), events: z.array(z.string()).default([]) }).default({ enabled: false, events: [] }),
    alarmConfiguration: z.object({ enabled: z.boolean().default(false), ignorePollAlarmFailure: z.boolean().default(false), alarms: z.array(named).default([]) }).default({ enabled: false, ignorePollAlarmFailure: false, alarms: [] }),
    blueGreenDeploymentConfiguration: z
      .object({
        deploymentReadyOption: z.object({ actionOnTimeout: z.enum(["CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT"]).default("CONTINUE_DEPLOYMENT"), waitTimeInMinutes: z.number().default(0) }).prefault({}),
        terminateBlueInstancesOnDeploymentSuccess: z.object({ terminationWaitTimeInMinutes: z.number().default(0) }).prefault({}),
      })
      .prefault({}),
    loadBalancerInfo: z.object({ targetGroupPairInfoList: z.array(z.object({ targetGroups: z.array(named).default([]), prodTrafficRoute: routeSchema, testTrafficRoute: routeSchema })).default([]) }).prefault({}),
  }),
});

export async function readGroup(clients: AwsClients, names: AwsNames, reader: Reader): Promise<HaveGroup | undefined> {
  return reader.read(
    { part: "group", action: "codedeploy:GetDeploymentGroup", absentWhen: absent },
    async () => {
      const [codedeploy, { GetDeploymentGroupCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
      return groupOf(await codedeploy.send(new GetDeploymentGroupCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup }), reader.options));
    },
    undefined,
  );
}

function groupOf(answer: unknown): HaveGroup {
  const { deploymentGroupInfo: info } = groupSchema.parse(answer);
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: termination } = info.blueGreenDeploymentConfiguration;
  const pairs = info.loadBalancerInfo.targetGroupPairInfoList;
  return {
    name: info.deploymentGroupName,
    serviceRoleArn: info.serviceRoleArn,
    deploymentConfigName: info.deploymentConfigName,
    clusterName: info.ecsServices[0]?.clusterName,
    serviceName: info.ecsServices[0]?.serviceName,
    blueGreen: info.deploymentStyle.deploymentType === "BLUE_GREEN" && info.deploymentStyle.deploymentOption === "WITH_TRAFFIC_CONTROL",
    autoRollback: info.autoRollbackConfiguration.enabled ? info.autoRollbackConfiguration.events : [],
    alarmsEnabled: info.alarmConfiguration.enabled,
    alarmNames: info.alarmConfiguration.alarms.map(({ name }) => name),
    ignorePollAlarmFailure: info.alarmConfiguration.ignorePollAlarmFailure,
    readyAction: ready.actionOnTimeout,
    readyWaitMinutes: ready.waitTimeInMinutes,
    terminationWaitMinutes: termination.terminationWaitTimeInMinutes,
    targetGroupNames: pairs.flatMap(({ targetGroups }) => targetGroups.map(({ name }) => name)),
    productionListenerArns: pairs.flatMap(({ prodTrafficRoute }) => prodTrafficRoute.listenerArns),
    testListenerArns: pairs.flatMap(({ testTrafficRoute }) => testTrafficRoute.listenerArns),
  };
}

const date = z.date().transform((value) => value.getTime());
const deploymentSchema = z.object({
  deploymentId: z.string(),
  status: z.enum(["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"]),
  creator: z.string().default("user"),
  deploymentConfigName: z.string().default(""),
  description: z.string().default(""),
  createTime: date,
  completeTime: date.optional(),
  errorInformation: z.object({ code: z.string().default(""), message: z.string().default("") }).optional(),
  rollbackInfo: z.object({ rollbackDeploymentId: z.string().optional(), rollbackTriggeringDeploymentId: z.string().optional() }).default({}),
  revision: z.object({ appSpecContent: z.object({ sha256: z.string().optional() }).optional() }).optional(),
});
const deploymentsSchema = z.object({ deploymentsInfo: z.array(deploymentSchema).default([]) });
const listSchema = z.object({ deployments: z.array(z.string()).default([]), nextToken: z.string().optional() });
const contentSchema = z.object({ revision: z.object({ appSpecContent: z.object({ content: z.string() }) }) });

const active = ["Created", "Queued", "InProgress", "Baking", "Ready"] as const;
const over = ["Succeeded", "Failed", "Stopped"] as const;
/** CodeDeploy's own limit for BatchGetDeployments. */
const batchSize = 25;

/** At most one runs, because CodeDeploy takes no second one. */
export async function readRunning(clients: AwsClients, names: AwsNames, reader: Reader): Promise<HaveDeployment | undefined> {
  return (await readDeployments(clients, names, reader, { part: "running", statuses: active, most: 1 }))[0];
}

/** Newest first. */
export const readEnded = async (clients: AwsClients, names: AwsNames, reader: Reader, most: number): Promise<readonly HaveDeployment[]> => (most === 0 ? [] : readDeployments(clients, names, reader, { part: "ended", statuses: over, most }));

async function readDeployments(clients: AwsClients, names: AwsNames, reader: Reader, { part, statuses, most }: { readonly part: "running" | "ended"; readonly statuses: readonly (typeof active | typeof over)[number][]; readonly most: number }): Promise<readonly HaveDeployment[]> {
  const ids = await reader.read({ part, action: "codedeploy:ListDeployments", absentWhen: absent }, async () => listIds(clients, names, reader, statuses, most), []);
  const batches = Array.from({ length: Math.ceil(ids.length / batchSize) }, (_, index) => ids.slice(index * batchSize, (index + 1) * batchSize));
  const read = await Promise.all(batches.map(async (batch) => reader.read({ part, action: "codedeploy:BatchGetDeployments" }, async () => describe(clients, reader, batch), [])));
  const contents = new Map<string, Promise<string | undefined>>();
  const deployments = await Promise.all(
    read.flat().map(async (deployment) => {
      const sha256 = deployment.revision?.appSpecContent?.sha256;
      if (sha256 !== undefined && !contents.has(sha256)) contents.set(sha256, readRevision(clients, names, reader, { part, sha256 }));
      return deploymentOf(deployment, sha256 === undefined ? undefined : await contents.get(sha256));
    }),
  );
  return deployments.toSorted((one, other) => other.createdAtMs - one.createdAtMs).slice(0, most);
}

/** CodeDeploy lists the newest first. */
async function listIds(clients: AwsClients, names: AwsNames, reader: Reader, statuses: readonly (typeof active | typeof over)[number][], most: number): Promise<readonly string[]> {
  const [codedeploy, { ListDeploymentsCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { applicationName: names.application, deploymentGroupName: names.deploymentGroup, includeOnlyStatuses: [...statuses], ...(nextToken === undefined ? {} : { nextToken }) };
    const page = listSchema.parse(await codedeploy.send(new ListDeploymentsCommand(input), reader.options));
    ids.push(...page.deployments);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && ids.length < most);
  return ids.slice(0, most);
}

async function describe(clients: AwsClients, reader: Reader, deploymentIds: readonly string[]): Promise<z.infer<typeof deploymentSchema>[]> {
  const [codedeploy, { BatchGetDeploymentsCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
  return deploymentsSchema.parse(await codedeploy.send(new BatchGetDeploymentsCommand({ deploymentIds: [...deploymentIds] }), reader.options)).deploymentsInfo;
}

/** The AppSpec's text: a deployment itself never shows it. */
async function readRevision(clients: AwsClients, names: AwsNames, reader: Reader, { part, sha256 }: { readonly part: string; readonly sha256: string }): Promise<string | undefined> {
  return reader.read(
    { part: `${part}.revision`, action: "codedeploy:GetApplicationRevision", absentWhen: ["RevisionDoesNotExistException"] },
    async () => {
      const [codedeploy, { GetApplicationRevisionCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
      const answer = await codedeploy.send(new GetApplicationRevisionCommand({ applicationName: names.application, revision: { revisionType: "AppSpecContent", appSpecContent: { sha256 } } }), reader.options);
      return contentSchema.parse(answer).revision.appSpecContent.content;
    },
    undefined,
  );
}

function deploymentOf(deployment: z.infer<typeof deploymentSchema>, appSpec: string | undefined): HaveDeployment {
  return {
    id: deployment.deploymentId,
    status: deployment.status,
    creator: deployment.creator,
    configName: deployment.deploymentConfigName,
    description: deployment.description,
    createdAtMs: deployment.createTime,
    endedAtMs: deployment.completeTime,
    error: deployment.errorInformation,
    rolledBackBy: deployment.rollbackInfo.rollbackDeploymentId,
    rollsBack: deployment.rollbackInfo.rollbackTriggeringDeploymentId,
    // Other tools write YAML, in capitals or not: the ARN looks the same in all of them.
    taskDefinitionArn: /arn:[^\s"',]+:task-definition\/[A-Za-z0-9_-]+:\d+/.exec(appSpec ?? "")?.[0],
    hooks: hooksIn(appSpec ?? ""),
  };
}

const hooksSchema = z.object({ Hooks: z.array(z.record(z.string(), z.string())).default([]) }).transform(({ Hooks }) => Object.fromEntries(Hooks.flatMap((hook) => Object.entries(hook))));

/** Those of other tools may be YAML: of them nothing is said. */
function hooksIn(appSpec: string): Readonly<Record<string, string>> | undefined {
  try {
    return hooksSchema.safeParse(JSON.parse(appSpec)).data;
  } catch {
    return undefined;
  }
}
