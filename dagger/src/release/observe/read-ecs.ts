import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import type { HaveService, HaveTaskDefinition, TaskDefinitionBody } from "../have.ts";
import { normaliseTaskDefinition } from "../normalise-task-definition.ts";
import type { AwsNames } from "../release-settings.ts";
import type { Reader } from "./reader.ts";

const loadBalancerSchema = z.object({ targetGroupArn: z.string().optional(), containerName: z.string().default(""), containerPort: z.number().default(0) });
const taskSetSchema = z.object({
  taskSetArn: z.string(),
  id: z.string(),
  status: z.enum(["PRIMARY", "ACTIVE", "DRAINING"]),
  stabilityStatus: z.string().optional(),
  taskDefinition: z.string(),
  externalId: z.string().optional(),
  loadBalancers: z.array(loadBalancerSchema).default([]),
  computedDesiredCount: z.number().default(0),
  pendingCount: z.number().default(0),
  runningCount: z.number().default(0),
});
const servicesSchema = z.object({
  services: z
    .array(
      z.object({
        serviceArn: z.string(),
        status: z.string(),
        deploymentController: z.object({ type: z.string() }).default({ type: "ECS" }),
        desiredCount: z.number().default(0),
        taskSets: z.array(taskSetSchema).default([]),
        loadBalancers: z.array(loadBalancerSchema).default([]),
        healthCheckGracePeriodSeconds: z.number().default(0),
        platformVersion: z.string().optional(),
      }),
    )
    .default([]),
});

/** Undefined where there is no such service, or no such cluster. */
export async function readService(clients: AwsClients, names: AwsNames, reader: Reader): Promise<HaveService | undefined> {
  return reader.read(
    { part: "service", action: "ecs:DescribeServices", absentWhen: ["ClusterNotFoundException", "ServiceNotFoundException"] },
    async () => {
      const [ecs, { DescribeServicesCommand }] = await Promise.all([clients.ecs(), import("@aws-sdk/client-ecs")]);
      const answer = await ecs.send(new DescribeServicesCommand({ cluster: names.cluster, services: [names.service] }), reader.options);
      const [service] = servicesSchema.parse(answer).services;
      return service === undefined ? undefined : serviceOf(service);
    },
    undefined,
  );
}

function serviceOf(service: z.infer<typeof servicesSchema>["services"][number]): HaveService {
  return {
    arn: service.serviceArn,
    status: service.status,
    controller: service.deploymentController.type,
    desiredCount: service.desiredCount,
    taskSets: service.taskSets.map((taskSet) => ({
      arn: taskSet.taskSetArn,
      id: taskSet.id,
      status: taskSet.status,
      steady: taskSet.stabilityStatus === "STEADY_STATE",
      taskDefinitionArn: taskSet.taskDefinition,
      deploymentId: taskSet.externalId,
      targetGroupArn: taskSet.loadBalancers[0]?.targetGroupArn,
      desired: taskSet.computedDesiredCount,
      pending: taskSet.pendingCount,
      running: taskSet.runningCount,
    })),
    loadBalancers: service.loadBalancers.flatMap(({ targetGroupArn, ...rest }) => (targetGroupArn === undefined ? [] : [{ targetGroupArn, ...rest }])),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    platformVersion: service.platformVersion,
  };
}

const taskDefinitionSchema = z.object({
  taskDefinition: z.looseObject({ taskDefinitionArn: z.string(), family: z.string(), revision: z.number(), status: z.string().default("ACTIVE") }),
  tags: z.array(z.object({ key: z.string(), value: z.string().default("") })).default([]),
});
const bodySchema: z.ZodType<TaskDefinitionBody> = z.record(z.string(), z.json());

/** By ARN, `family:revision`, or a family alone for its newest. ECS says ClientException for one that there is not. */
export async function readTaskDefinition(clients: AwsClients, part: "current" | "latest", name: string, reader: Reader): Promise<HaveTaskDefinition | undefined> {
  return reader.read(
    { part, action: "ecs:DescribeTaskDefinition", absentWhen: ["ClientException"] },
    async () => {
      const [ecs, { DescribeTaskDefinitionCommand }] = await Promise.all([clients.ecs(), import("@aws-sdk/client-ecs")]);
      return taskDefinitionOf(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] }), reader.options));
    },
    undefined,
  );
}

/** Of an answer of DescribeTaskDefinition or RegisterTaskDefinition. */
export function taskDefinitionOf(answer: unknown): HaveTaskDefinition {
  const { taskDefinition, tags } = taskDefinitionSchema.parse(answer);
  // Dates are of answers only, and go by way of JSON like everything that is absent.
  const body = bodySchema.parse(JSON.parse(JSON.stringify(taskDefinition)));
  return {
    arn: taskDefinition.taskDefinitionArn,
    family: taskDefinition.family,
    revision: taskDefinition.revision,
    body: normaliseTaskDefinition(body),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  };
}
