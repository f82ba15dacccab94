import { z } from "zod";
import { analysisProblems, analysisSchema } from "./analysis/analysis-schema.ts";

/** The section `release` of gitops.json: how this application is released, and what its parts are called in AWS. */

const awsName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/, "must be 1 to 255 letters, digits, hyphens or underscores");
const secretName = z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, "must be the name of a secret in Secrets Manager");

/** Names in the field's own terms; each has a default made of the project's name. */
const names = {
  cluster: awsName.optional().describe("ECS cluster; <project>-cluster when absent"),
  service: awsName.optional().describe("ECS service; <project>-service when absent"),
  family: awsName.optional().describe("Family of the task definition; <project>-task when absent"),
  application: awsName.optional().describe("CodeDeploy application; <project> when absent"),
  deploymentGroup: awsName.optional().describe("CodeDeploy deployment group; <project>-dg when absent"),
  executionRole: awsName.optional().describe("Role that pulls images and reads secrets; <project>-execution when absent"),
  taskRole: awsName.optional().describe("Role of the programs in a task; <project>-task when absent"),
};

export const releaseSchema = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1").default("eu-west-1"),
  ...names,
  taskDefinition: z.string().min(1, "must be a path").default("services/task-definition.json").describe("Template of the task definition"),
  container: z.string().min(1, "must be a container's name").describe("Container that the load balancer sends requests to"),
  port: z.number().int().min(1, "must be from 1 to 65535").max(65_535, "must be from 1 to 65535").describe("Its port"),
  repositories: z.record(z.string(), z.string().regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, "must be an ECR repository's name")).default({}).describe("Service -> ECR repository; <project>-<service> when absent"),
  secrets: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a placeholder's name, such as DATABASE_SECRET"), secretName).default({}).describe("Placeholder of the template -> secret in Secrets Manager whose ARN goes there"),
  values: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a placeholder's name, such as LOG_LEVEL"), z.string()).default({}).describe("Placeholder of the template -> its value; never a secret"),
  database: z.enum(["sidecar", "external"]).default("sidecar").describe("sidecar: a container of the task, empty with each release; external: the template's container `database` is left out"),
  externalDatabase: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable's name"), z.string().min(1, "must be what valueFrom has, such as __DATABASE_SECRET__:host::")).default({}).describe("With database external: variable -> where its value comes from, such as __DATABASE_SECRET__:host::; in place of the template's variable of that name, in each container that has it"),
  migrations: z.string().min(1, "must be a path").optional().describe("With database external: folder of its migrations, a file each; a rollback to before some of them says so"),
  compose: z.string().min(1, "must be a path").optional().describe("Compose file of the developers: its services' names resolve nowhere in a task, and are looked for"),
  configurations: z.record(z.string(), z.array(z.string().min(1, "must be a path"))).default({}).describe("Container -> files that it is configured by, looked through for such names; ${NAME} stands for the container's variable"),
  accept: z.record(z.string().min(1, "must name a finding, such as secret-in-environment backend.CSRF_TOKEN"), z.string().trim().min(1, "must say why")).default({}).describe("Finding about the task definition, such as `secret-in-environment backend.CSRF_TOKEN` -> why it stops no release"),
  approve: z.boolean().default(false).describe("Wait for `promote` before users see a version"),
  rehearsal: z
    .strictObject({
      world: z.string().min(1, "must be a path").default("cdktf.out").describe("Terraform JSON, or the folder that has it, that a rehearsal begins with"),
      stacks: z.array(z.string().regex(/^[\w-]+$/, "must be a stack's name")).default([]).describe("Of several stacks in that folder, those that a rehearsal begins with, such as those of one environment; all when empty"),
      role: awsName.optional().describe("Role of that Terraform JSON whose session releases in a rehearsal, and may do no more than on AWS; absent: an operator, who may do everything"),
      speed: z.number().min(1, "must be from 1 to 100").max(100, "must be from 1 to 100").default(20).describe("How many seconds pass in one, while nothing is starting"),
      requestsPerSecond: z.number().min(0, "must be from 0 to 1000").max(1000, "must be from 0 to 1000").default(20).describe("Users' requests while a release is rehearsed; 0 for none"),
      paths: z.array(z.string().regex(/^\//, "must begin with a slash")).min(1, "must name at least one path").default(["/"]).describe("What they ask for, each in turn"),
      hooks: z.record(z.string().regex(/^[\w-]+$/, "must be a Lambda function's name"), z.string().trim().min(1, "must be a command")).default({}).describe("Lambda function -> command that stands for it, run in the repository's root; split at spaces, without a shell"),
    })
    .prefault({})
    .describe("How a rehearsal is made"),
  notify: z.strictObject({ channel: z.string().regex(/^#[^\s#]{1,79}$/, "must be a channel such as #ci-cd-alerts").default("#ci-cd-alerts").describe("Slack's channel; the webhook's address is in SLACK_WEBHOOK_URL") }).prefault({}).describe("Who is told"),
  analysis: analysisSchema,
  hooks: z.partialRecord(z.enum(["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"]), z.string().min(1, "must be a Lambda function's name")).default({}).describe("Lifecycle event -> Lambda function"),
});

export type ReleaseSettings = z.infer<typeof releaseSchema>;

/** All names filled in. */
export interface AwsNames {
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  readonly application: string;
  readonly deploymentGroup: string;
  readonly executionRole: string;
  readonly taskRole: string;
}

export function awsNames(project: string, settings: ReleaseSettings): AwsNames {
  return {
    cluster: settings.cluster ?? `${project}-cluster`,
    service: settings.service ?? `${project}-service`,
    family: settings.family ?? `${project}-task`,
    application: settings.application ?? project,
    deploymentGroup: settings.deploymentGroup ?? `${project}-dg`,
    executionRole: settings.executionRole ?? `${project}-execution`,
    taskRole: settings.taskRole ?? `${project}-task`,
  };
}

export const repositoryOf = (project: string, settings: ReleaseSettings, service: string): string => settings.repositories[service] ?? `${project}-${service}`;

/** `__BACKEND_IMAGE__` is for the image of `backend`. */
export const imagePlaceholder = (service: string): string => `${service.toUpperCase().replaceAll(/-+/g, "_")}_IMAGE`;

/** Placeholders that the pipeline fills in by itself. */
export const givenPlaceholders = ["EXECUTION_ROLE_ARN", "TASK_ROLE_ARN", "AWS_REGION", "AWS_ACCOUNT", "FAMILY", "TASK_FAMILY", "COMMIT"] as const;

/** What its parts say against each other, or against the services of gitops.json. */
export function releaseProblems({ analysis, hooks, repositories, secrets, values }: ReleaseSettings, services: readonly string[]): { readonly path: string[]; readonly message: string }[] {
  const taken = new Map<string, string>([...givenPlaceholders.map((name): [string, string] => [name, "filled in by the pipeline"]), ...services.map((service): [string, string] => [imagePlaceholder(service), `that of the image of services.${service}`])]);
  const twice = Object.entries({ secrets, values }).flatMap(([section, entries]) =>
    Object.keys(entries).flatMap((key) => {
      const other = taken.get(key);
      taken.set(key, `in release.${section} too`);
      return other === undefined ? [] : [{ path: [section, key], message: `is ${other}; give it another name` }];
    }),
  );
  const unknown = Object.keys(repositories).filter((service) => !services.includes(service));
  const analysed = analysisProblems(analysis, hooks.AfterAllowTestTraffic !== undefined).map(({ message, path }) => ({ path: ["analysis", ...path], message }));
  return [...twice, ...analysed, ...unknown.map((service) => ({ path: ["repositories", service], message: `is no service of this file; there are: ${services.join(", ")}` }))];
}
