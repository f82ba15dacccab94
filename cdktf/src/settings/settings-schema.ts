import { z } from "zod";

/** infrastructure.json: the accounts and environments that there are, and where they differ. */

const name = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "must be 1 to 20 lower-case letters, digits or hyphens, beginning with a letter");
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1");
const subject = z.string().regex(/^[^*?\s]+$/, "must be a token's subject, without wildcards");
const cidr = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "must be an IPv4 range such as 10.0.0.0/16");
const count = (least: number, most: number) => z.number().int().min(least, `must be from ${least} to ${most}`).max(most, `must be from ${least} to ${most}`);

const account = z.strictObject({
  id: z.string().regex(/^\d{12}$/, "must be an AWS account's twelve digits").describe("The account that these stacks belong to; Terraform refuses any other"),
  region: region.optional().describe("Absent: release.region of gitops.json"),
  github: z
    .strictObject({
      repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/repository").describe("The only repository whose workflows may take a role here"),
      environment: z.string().min(1, "must be a name").default("production").describe("GitHub environment whose approval applies infrastructure"),
    })
    .optional()
    .describe("Absent: no role for GitHub Actions"),
  jenkins: z
    .strictObject({
      instanceRole: z.string().min(1, "must be a role's name").optional().describe("Role of the instances of agents that release"),
      planInstanceRole: z.string().min(1, "must be a role's name").optional().describe("Role of the instances of agents that plan"),
      oidcIssuer: z.url({ protocol: /^https$/, error: "must be an address such as https://jenkins.example/oidc" }).optional().describe("Issuer of the agents' tokens"),
      subjects: z.strictObject({ plan: subject.default("system:serviceaccount:jenkins:dagger"), release: subject.default("system:serviceaccount:jenkins:release") }).prefault({}).describe("`sub` of the tokens of agents that plan, and of those that release"),
    })
    .optional()
    .describe("Absent: no role for Jenkins"),
  alerts: z
    .strictObject({
      email: z.email("must be an e-mail address").optional(),
      slack: z.strictObject({ workspace: z.string().regex(/^T[A-Z0-9]+$/, "must be a workspace's id such as T0123ABCD"), channel: z.string().regex(/^[CG][A-Z0-9]+$/, "must be a channel's id such as C0123ABCD") }).optional().describe("By AWS's chat client, which holds no webhook"),
    })
    .prefault({})
    .describe("Who is told of alarms, findings and costs"),
  monthlyBudgetUsd: z.number().positive("must be over 0").describe("A message at 80 % and 100 %"),
  config: z.boolean().default(false).describe("AWS Config"),
  securityHub: z.boolean().default(false).describe("AWS Security Hub"),
});

const network = z.strictObject({
  defaultVpc: z.boolean().optional().describe("Use the account's default VPC: lab only, and its tasks have public addresses"),
  cidr: cidr.default("10.20.0.0/16"),
  zones: count(2, 6).default(3).describe("Availability zones"),
  egress: z.enum(["nat", "nat-per-zone", "endpoints"]).optional().describe("How tasks reach AWS: one NAT gateway, one in each zone, or VPC endpoints and no internet. Absent: nat (production: nat-per-zone)"),
  testListenerFrom: z.array(cidr).default([]).describe("Ranges that may reach the test listener, besides the probe"),
});

const environment = z.strictObject({
  account: z.string().describe("One of accounts"),
  preset: z.enum(["lab", "production"]).default("lab").describe("What holds where nothing else is said: production protects, lab is cheap"),
  prefix: name.optional().describe("Of all names; the project's when absent. Two environments of one account and region need two"),
  network: network.prefault({}),
  certificateArn: z.string().regex(/^arn:aws[\w-]*:acm:/, "must be the ARN of a certificate in ACM").optional().describe("With it, port 80 redirects to 443"),
  database: z.enum(["sidecar", "external"]).optional().describe("Absent: sidecar (production: external, an RDS PostgreSQL)"),
  desiredCount: count(1, 100).optional().describe("Tasks; absent: one with a sidecar database, else two"),
  autoscaling: z.strictObject({ most: count(1, 1000), cpuPercent: count(10, 95).default(60), requestsPerTarget: count(1, 1_000_000).default(1000) }).optional().describe("Absent: none (production: up to six tasks)"),
  deployment: z
    .strictObject({
      config: z.string().regex(/^[\w.+=,@-]{1,100}$/, "must be a deployment configuration's name").default("CodeDeployDefault.ECSLinear10PercentEvery1Minutes"),
      custom: z
        .discriminatedUnion("type", [
          z.strictObject({ type: z.literal("linear"), percent: count(1, 99), minutes: count(1, 2880) }),
          z.strictObject({ type: z.literal("canary"), percent: count(1, 99), minutes: count(1, 2880) }),
        ])
        .optional()
        .describe("A configuration of one's own, made under the name in config"),
      terminationWaitMinutes: count(0, 2800).default(5),
      readyWaitMinutes: count(1, 2800).default(60).describe("With release.approve of gitops.json: how long a deployment waits for promote before it is stopped"),
    })
    .prefault({}),
  logRetentionDays: z.union([z.literal(7), z.literal(14), z.literal(30), z.literal(60), z.literal(90), z.literal(180), z.literal(365)]).default(30),
  monitoring: z.boolean().default(true).describe("A host with Prometheus, Grafana, Alertmanager and Jaeger, reached through Session Manager; not made in a default VPC or with egress endpoints, where it has no private way to its images"),
  protect: z.boolean().optional().describe("Deletion protection, final snapshots. Absent: production only"),
});

export const settingsSchema = z.strictObject({
  $schema: z.string().optional(),
  accounts: z.record(name, account).refine((accounts) => Object.keys(accounts).length > 0, "must name at least one account"),
  environments: z.record(name, environment).refine((environments) => Object.keys(environments).length > 0, "must name at least one environment"),
  tags: z.record(z.string().regex(/^[\w .:/=+@-]{1,128}$/, "must be a tag's key"), z.string().max(256, "must be at most 256 characters")).default({}).describe("On everything, besides project, environment and managed-by"),
  state: z.strictObject({ bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be an S3 bucket's name").optional().describe("Absent: <prefix>-terraform-state-<account>") }).prefault({}),
});

export type SettingsFile = z.infer<typeof settingsSchema>;
export type AccountSettings = SettingsFile["accounts"][string];
export type EnvironmentSettings = SettingsFile["environments"][string];
