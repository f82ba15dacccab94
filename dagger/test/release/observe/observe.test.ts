import { PutCompositeAlarmCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDeploymentCommand, UpdateDeploymentGroupCommand } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { awsClients, type AwsClients } from "../../../src/release/aws/clients.ts";
import type { Have } from "../../../src/release/have.ts";
import { observe } from "../../../src/release/observe/observe.ts";
import { ReleaseError } from "../../../src/release/release-error.ts";
import { answerWith } from "../support/break-calls.ts";
import { startWorld, type StartedWorld, type WorldJson } from "../support/start-world.ts";

const repositories = { backend: "notes-backend", frontend: "notes-frontend", proxy: "notes-proxy" };

const look = async ({ clients, clock, names }: StartedWorld, more: { clients?: AwsClients; ended?: number } = {}): Promise<Have> =>
  observe(more.clients ?? clients, { names, clock, repositories, tag: "bootstrap", secrets: { DATABASE_SECRET: "notes/database/backend" }, ...(more.ended === undefined ? {} : { ended: more.ended }) });

const deploy = async ({ clients, names }: StartedWorld, taskDefinition: string): Promise<string> => {
  const content = JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: taskDefinition, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] });
  const answer = await (await clients.codedeploy()).send(new CreateDeploymentCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup, description: "a test", revision: { revisionType: "AppSpecContent", appSpecContent: { content } } }));
  return answer.deploymentId ?? "";
};

it("reads what there is in few calls, none of which changes anything", async () => {
  const world = await startWorld();
  const have = await look(world);
  expect(world.calls().toSorted()).toEqual([
    "cloudwatch:DescribeAlarms",
    "codedeploy:GetApplication",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeployments",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTaskDefinition",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:DescribeTargetHealth",
    "secretsmanager:DescribeSecret",
    "sts:GetCallerIdentity",
  ]);
  expect(have).toMatchObject({
    account: "123456789012",
    region: "eu-west-1",
    caller: "arn:aws:iam::123456789012:user/operator",
    atMs: world.clock.now(),
    service: { status: "ACTIVE", controller: "CODE_DEPLOY", desiredCount: 1, taskSets: [{ status: "PRIMARY", steady: true, running: 1, deploymentId: undefined }] },
    application: { name: "notes", computePlatform: "ECS" },
    group: { clusterName: "notes-cluster", serviceName: "notes-service", blueGreen: true, alarmNames: ["notes-5xx-alarm"], alarmsEnabled: true, readyAction: "CONTINUE_DEPLOYMENT", terminationWaitMinutes: 5, targetGroupNames: ["notes-blue", "notes-green"] },
    running: undefined,
    ended: [],
    unread: [],
  });
  expect(have.listeners.map(({ role, forwards }) => [role, forwards.map(({ weight }) => weight)])).toEqual([
    ["production", [100, 0]],
    ["test", [1]],
  ]);
  expect(have.targetGroups.map(({ name, arnSuffix, healthCheck, targets }) => [name, arnSuffix.startsWith(`targetgroup/${name}/`), healthCheck.path, targets.map(({ state }) => state)])).toEqual([
    ["notes-blue", true, "/ready", ["healthy"]],
    ["notes-green", true, "/ready", []],
  ]);
  expect(have.images["proxy"]).toMatchObject({ immutable: true, scanOnPush: true, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
  expect(have.images["backend"]).toMatchObject({ repositoryUri: expect.stringContaining("/notes-backend") as string, digest: undefined });
  expect(have.secrets["DATABASE_SECRET"]?.arn).toContain(":secret:notes/database/backend-");
  expect(have.current?.arn).toBe(have.latest?.arn);
});

it("reads ECR's own findings of an image, and takes no scan for none", async () => {
  const world = await startWorld({ notReady: true });
  expect((await look(world)).images["proxy"]?.scan).toEqual({ status: "none", counts: {} });
  expect((await look(world)).images["backend"]?.scan).toBeUndefined();
  await answerWith(world.clients, "ecr", "DescribeImageScanFindings", { imageScanStatus: { status: "COMPLETE" }, imageScanFindings: { findingSeverityCounts: { CRITICAL: 1, LOW: 4 } } });
  expect((await look(world)).images["proxy"]?.scan).toEqual({ status: "COMPLETE", counts: { CRITICAL: 1, LOW: 4 } });
});

it("takes findings of ECR that it may not read for neither", async () => {
  const world = await startWorld({ notReady: true, change: withoutActions("ecr:DescribeImageScanFindings") });
  const have = await look(world, { clients: await world.clientsAs("notes-deployer") });
  expect(have.unread.map(({ part, action }) => [part, action])).toEqual([["scans.proxy", "ecr:DescribeImageScanFindings"]]);
  expect(have.images["proxy"]?.scan).toBeUndefined();
});

it("sees every metric of an alarm that reckons with several", async () => {
  const { alarms } = await look(await startWorld({ notReady: true }));
  expect(alarms[0]?.metrics.map(({ name, dimensions, stat }) => [name, dimensions["TargetGroup"]?.split("/")[1], stat])).toEqual([
    ["HTTPCode_Target_5XX_Count", "notes-blue", "Sum"],
    ["HTTPCode_Target_5XX_Count", "notes-green", "Sum"],
    ["RequestCount", "notes-blue", "Sum"],
    ["RequestCount", "notes-green", "Sum"],
  ]);
  expect(alarms[0]).toMatchObject({ treatMissingData: "notBreaching", evaluationPeriods: 2, datapointsToAlarm: 2, threshold: 5, comparison: "GreaterThanThreshold", returned: "share", expressions: { share: "MAX([blue_share, green_share])" } });
});

it("sees composite alarms, and the alarms that they ask about", async () => {
  const world = await startWorld({ notReady: true });
  const cloudwatch = await world.clients.cloudwatch();
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: "slow", Namespace: "AWS/ApplicationELB", MetricName: "TargetResponseTime", ExtendedStatistic: "p95", Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" }));
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "bad", AlarmRule: 'ALARM("notes-5xx-alarm") OR ALARM(slow)' }));
  await (await world.clients.codedeploy()).send(new UpdateDeploymentGroupCommand({ applicationName: "notes", currentDeploymentGroupName: "notes-dg", alarmConfiguration: { enabled: true, alarms: [{ name: "bad" }] } }));
  const { alarms } = await look(world);
  expect(alarms.map(({ name, composite }) => [name, composite])).toEqual([["bad", true], ["notes-5xx-alarm", false], ["slow", false]]);
  expect(alarms[2]).toMatchObject({ metrics: [{ name: "TargetResponseTime", stat: "p95", dimensions: {} }], datapointsToAlarm: 2, evaluationPeriods: 3 });
});

it("sees the deployment that runs, and those that have ended, with the task definition of each", async () => {
  const world = await startWorld();
  const bootstrap = (await look(world)).current?.arn ?? "";
  const first = await deploy(world, bootstrap);
  await world.untilOver();
  const second = await deploy(world, bootstrap);
  world.calls();
  const have = await look(world, { ended: 10 });
  expect(have.running).toMatchObject({ id: second, status: "Created", creator: "user", description: "a test", taskDefinitionArn: bootstrap, endedAtMs: undefined, configName: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes" });
  expect(have.ended).toMatchObject([{ id: first, status: "Succeeded", taskDefinitionArn: bootstrap, endedAtMs: expect.any(Number) as number }]);
  expect(have.service?.taskSets.find(({ status }) => status === "PRIMARY")).toMatchObject({ deploymentId: first });
  expect(world.calls().filter((call) => call.startsWith("codedeploy:")).toSorted()).toEqual([
    "codedeploy:BatchGetDeployments",
    "codedeploy:BatchGetDeployments",
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetApplication",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeployments",
    "codedeploy:ListDeployments",
  ].toSorted());
});

it.each<[string, Partial<StartedWorld["names"]>, (have: Have) => unknown]>([
  ["a cluster", { cluster: "other" }, ({ service }) => service],
  ["a service", { service: "other" }, ({ service }) => service],
  ["an application", { application: "other" }, ({ application, group, running }) => application ?? group ?? running],
  ["a deployment group", { deploymentGroup: "other" }, ({ group }) => group],
  ["a family", { family: "other" }, ({ latest }) => latest],
])("takes %s that is not there for absent, and nothing for unread", async (_what, names, part) => {
  const world = await startWorld({ notReady: true });
  const have = await look({ ...world, names: { ...world.names, ...names } });
  expect(part(have)).toBeUndefined();
  expect(have.unread).toEqual([]);
});

it("is not kept from one repository by another that is not there, nor from secrets", async () => {
  const { clients, clock, names } = await startWorld({ notReady: true });
  const have = await observe(clients, { names, clock, repositories: { ...repositories, worker: "notes-worker" }, tag: "bootstrap", secrets: { A: "notes/database/backend", B: "other" } });
  expect(have.images).toMatchObject({ worker: { repositoryUri: undefined, digest: undefined }, proxy: { digest: expect.any(String) as string } });
  expect(have.secrets).toMatchObject({ A: { name: "notes/database/backend" }, B: undefined });
  expect(have.unread).toEqual([]);
});

/** The world without some of the deployer's actions. */
const withoutActions = (...refused: readonly string[]) => ({ data }: WorldJson): void => {
  for (const statement of (data["aws_iam_policy_document"]?.["deployer"]?.["statement"] ?? []) as { actions: string[] }[]) statement.actions = statement.actions.filter((action) => !refused.includes(action)).concat(statement.actions.every((action) => refused.includes(action)) ? ["sts:GetCallerIdentity"] : []);
};

it("reads everything with no more than the deployer's role may", async () => {
  const world = await startWorld({ notReady: true });
  expect((await look(world, { clients: await world.clientsAs("notes-deployer"), ended: 5 })).unread).toEqual([]);
});

it("notes what it was refused, with the action, and reads the rest", async () => {
  const world = await startWorld({ notReady: true, change: withoutActions("cloudwatch:DescribeAlarms", "ecs:DescribeServices", "ecr:DescribeImages") });
  const have = await look(world, { clients: await world.clientsAs("notes-deployer") });
  expect(have.unread.map(({ part, action }) => [part, action]).toSorted()).toEqual([
    ["alarms", "cloudwatch:DescribeAlarms"],
    ["images.backend", "ecr:DescribeImages"],
    ["images.frontend", "ecr:DescribeImages"],
    ["images.proxy", "ecr:DescribeImages"],
    ["service", "ecs:DescribeServices"],
  ]);
  expect(have.group).toBeDefined();
  expect(JSON.stringify(have)).not.toContain("planted-for-a-test");
});

const failing = async (target: Parameters<typeof awsClients>[0]): Promise<ReleaseError> => {
  const world = await startWorld({ notReady: true });
  const clients = awsClients({ endpoint: world.rehearsal.url, ...target }, "test");
  return look(world, { clients }).then(() => expect.fail("it did not fail"), (error: unknown) => (error instanceof ReleaseError ? error : expect.fail(String(error))));
};

it("says so when nobody answers", async () => {
  const error = await failing({ region: "eu-west-1", endpoint: "http://127.0.0.1:9" });
  expect(error).toMatchObject({ code: "ENDPOINT_UNREACHABLE", exitCode: 2 });
  expect(error.message).toBe("The rehearsal at http://127.0.0.1:9 does not answer (ECONNREFUSED). Nothing was changed. Start a rehearsal, or correct the address in AWS_ENDPOINT_URL.");
});

it("says so when the key is nobody's", async () => {
  expect(await failing({ region: "eu-west-1", rehearsalKey: { accessKeyId: "ASIANOBODY", secretAccessKey: "x" } })).toMatchObject({ code: "NO_CREDENTIALS", exitCode: 2 });
});

it("reads everything although a third of its calls is throttled", async () => {
  const world = await startWorld({ notReady: true });
  world.inject({ kind: "throttle", share: 0.3 });
  expect((await look(world, { ended: 5 })).unread).toEqual([]);
});
