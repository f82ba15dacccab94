import * as sdk from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { sha256Of } from "../../../src/services/codedeploy/appspec.ts";
import { appSpec, groupInput, setUp } from "./setting.ts";

const group = { applicationName: "web", deploymentGroupName: "web" };
const revision = { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } as const;
const create = (changes: Partial<sdk.CreateDeploymentInput>) => new sdk.CreateDeploymentCommand({ ...group, revision, ...changes });
const config = (trafficRoutingConfig: sdk.TrafficRoutingConfig | undefined, deploymentConfigName = "Mine") => new sdk.CreateDeploymentConfigCommand({ deploymentConfigName, computePlatform: "ECS", trafficRoutingConfig });
const nobody = "d-AAAAAAAAA";

it.each([
  ["ApplicationNameRequiredException", create({ applicationName: undefined })],
  ["InvalidApplicationNameException", create({ applicationName: "a/b" })],
  ["ApplicationDoesNotExistException", create({ applicationName: "other" })],
  ["DeploymentGroupNameRequiredException", create({ deploymentGroupName: undefined })],
  ["InvalidDeploymentGroupNameException", create({ deploymentGroupName: "a/b" })],
  ["DeploymentGroupDoesNotExistException", create({ deploymentGroupName: "other" })],
  ["RevisionRequiredException", create({ revision: undefined })],
  ["InvalidRevisionException", create({ revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec(), sha256: "0".repeat(64) } } })],
  ["InvalidRevisionException", create({ revision: { revisionType: "AppSpecContent", appSpecContent: {} } })],
  ["InvalidRevisionException", create({ revision: { revisionType: "S3", s3Location: { bucket: "b", key: "k" } } })],
  ["InvalidRevisionException", create({ revision: { revisionType: "GitHub" } })],
  ["InvalidDeploymentConfigNameException", create({ deploymentConfigName: "a/b" })],
  ["DeploymentConfigDoesNotExistException", create({ deploymentConfigName: "Mine" })],
  ["DescriptionTooLongException", create({ description: "x".repeat(513) })],
  ["InvalidTargetInstancesException", create({ targetInstances: {} })],
  ["InvalidAlarmConfigException", create({ overrideAlarmConfiguration: { enabled: true } })],
  ["AlarmsLimitExceededException", create({ overrideAlarmConfiguration: { enabled: true, alarms: Array.from({ length: 11 }, (_, index) => ({ name: `a${index}` })) } })],
  ["InvalidAutoRollbackConfigException", create({ autoRollbackConfiguration: { enabled: true, events: [] } })],
  ["InvalidFileExistsBehaviorException", create({ fileExistsBehavior: "BURN" as never })],
  ["InvalidUpdateOutdatedInstancesOnlyValueException", create({ updateOutdatedInstancesOnly: true })],
  ["InvalidIgnoreApplicationStopFailuresValueException", create({ ignoreApplicationStopFailures: true })],
  ["InvalidInputException", create({ deploymentMode: "RESTART" })],
  ["ApplicationAlreadyExistsException", new sdk.CreateApplicationCommand({ applicationName: "web" })],
  ["InvalidComputePlatformException", new sdk.CreateApplicationCommand({ applicationName: "two", computePlatform: "Moon" as never })],
  ["InvalidComputePlatformException", new sdk.CreateDeploymentConfigCommand({ deploymentConfigName: "Mine" })],
  ["DeploymentConfigAlreadyExistsException", new sdk.CreateDeploymentConfigCommand({ deploymentConfigName: "Taken", computePlatform: "ECS" })],
  ["InvalidDeploymentConfigNameException", config({ type: "AllAtOnce" }, "CodeDeployDefault.Mine")],
  ["InvalidTrafficRoutingConfigurationException", config(undefined)],
  ["InvalidTrafficRoutingConfigurationException", config({ type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 100, canaryInterval: 5 } })],
  ["InvalidTrafficRoutingConfigurationException", config({ type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 0, linearInterval: 5 } })],
  ["InvalidTrafficRoutingConfigurationException", config({ type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 1, linearInterval: 60 } })],
  ["DeploymentIdRequiredException", new sdk.GetDeploymentCommand({ deploymentId: undefined })],
  ["InvalidDeploymentIdException", new sdk.GetDeploymentCommand({ deploymentId: "x" })],
  ["DeploymentDoesNotExistException", new sdk.GetDeploymentCommand({ deploymentId: nobody })],
  ["DeploymentDoesNotExistException", new sdk.StopDeploymentCommand({ deploymentId: nobody })],
  ["DeploymentDoesNotExistException", new sdk.ContinueDeploymentCommand({ deploymentId: nobody })],
  ["RevisionDoesNotExistException", new sdk.GetApplicationRevisionCommand({ applicationName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: "0".repeat(64) } } })],
  ["InvalidNextTokenException", new sdk.ListApplicationsCommand({ nextToken: "x" })],
  ["InvalidDeploymentStatusException", new sdk.ListDeploymentsCommand({ includeOnlyStatuses: ["Lost" as never] })],
  ["InvalidTimeRangeException", new sdk.ListDeploymentsCommand({ createTimeRange: { start: new Date(2), end: new Date(1) } })],
  ["DeploymentGroupNameRequiredException", new sdk.ListDeploymentsCommand({ applicationName: "web" })],
  ["BatchLimitExceededException", new sdk.BatchGetDeploymentsCommand({ deploymentIds: Array.from({ length: 26 }, () => nobody) })],
] as const)("answers %s (%#)", async (name, command) => {
  const { client } = await setUp();
  await client.send(new sdk.CreateDeploymentConfigCommand({ deploymentConfigName: "Taken", computePlatform: "ECS", trafficRoutingConfig: { type: "AllAtOnce" } }));
  await expect(client.send(command as never)).rejects.toMatchObject({ name });
});

it("takes one active deployment per group, and names it", async () => {
  const { deploy } = await setUp();
  const id = await deploy();
  await expect(deploy()).rejects.toMatchObject({ name: "DeploymentLimitExceededException", message: `The Deployment Group 'web' already has an active Deployment '${id}'` });
});

it("answers for targets, waits and stops by the state that a deployment is in", async () => {
  const { client, clock, deploy, target, until, untilOver } = await setUp();
  const id = await deploy();
  expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
  await expect(target(id)).rejects.toMatchObject({ name: "DeploymentNotStartedException" });
  await until(id, "Install");
  const ask = async (targetId: string | undefined): Promise<unknown> => client.send(new sdk.GetDeploymentTargetCommand({ deploymentId: id, targetId }));
  await expect(ask("main:other")).rejects.toMatchObject({ name: "DeploymentTargetDoesNotExistException" });
  await expect(ask(undefined)).rejects.toMatchObject({ name: "DeploymentTargetIdRequiredException" });
  expect(await client.send(new sdk.ListDeploymentTargetsCommand({ deploymentId: id }))).toMatchObject({ targetIds: ["main:web"] });
  expect((await client.send(new sdk.BatchGetDeploymentTargetsCommand({ deploymentId: id, targetIds: ["main:web"] }))).deploymentTargets).toHaveLength(1);
  await expect(client.send(new sdk.BatchGetDeploymentTargetsCommand({ deploymentId: id, targetIds: Array.from({ length: 26 }, () => "main:web") }))).rejects.toMatchObject({ name: "DeploymentTargetListSizeExceededException" });
  await expect(client.send(new sdk.ListDeploymentTargetsCommand({ deploymentId: id, targetFilters: { Colour: ["green"] } as never }))).rejects.toMatchObject({ name: "InvalidTargetFilterNameException" });
  await expect(client.send(new sdk.ContinueDeploymentCommand({ deploymentId: id }))).rejects.toMatchObject({ name: "DeploymentIsNotInReadyStateException" });
  await expect(client.send(new sdk.ContinueDeploymentCommand({ deploymentId: id, deploymentWaitType: "NAP" as never }))).rejects.toMatchObject({ name: "InvalidDeploymentWaitTypeException" });
  await untilOver();
  await clock.advance(1);
  await expect(client.send(new sdk.StopDeploymentCommand({ deploymentId: id }))).rejects.toMatchObject({ name: "DeploymentAlreadyCompletedException" });
  await expect(client.send(new sdk.ContinueDeploymentCommand({ deploymentId: id }))).rejects.toMatchObject({ name: "DeploymentAlreadyCompletedException" });
});

it("gives the content of a revision back by its hash", async () => {
  const { client, deploy } = await setUp();
  await deploy();
  const bySha = { revisionType: "AppSpecContent", appSpecContent: { sha256: sha256Of(appSpec()) } } as const;
  const found = await client.send(new sdk.GetApplicationRevisionCommand({ applicationName: "web", revision: bySha }));
  expect(found).toMatchObject({ revision: { appSpecContent: { content: appSpec() } }, revisionInfo: { deploymentGroups: ["web"] } });
  expect((await client.send(new sdk.BatchGetApplicationRevisionsCommand({ applicationName: "web", revisions: [bySha] }))).revisions?.[0]?.revisionLocation?.appSpecContent?.content).toBe(appSpec());
  expect((await client.send(new sdk.ListApplicationRevisionsCommand({ applicationName: "web" }))).revisions).toEqual([bySha]);
  await client.send(new sdk.RegisterApplicationRevisionCommand({ applicationName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content: "other" } } }));
  expect((await client.send(new sdk.ListApplicationRevisionsCommand({ applicationName: "web", sortOrder: "descending" }))).revisions).toHaveLength(2);
});

it("lists what there is, by filters too, and deletes it", async () => {
  const { client, clock, deploy, untilOver } = await setUp();
  const first = await deploy();
  await untilOver();
  await clock.advance(1000);
  const second = await deploy({ description: "second" });
  const list = async (filters: sdk.ListDeploymentsCommandInput): Promise<unknown> => (await client.send(new sdk.ListDeploymentsCommand({ ...group, ...filters }))).deployments;
  expect(await list({})).toEqual([second, first]);
  expect(await list({ includeOnlyStatuses: ["Succeeded"] })).toEqual([first]);
  expect(await list({ createTimeRange: { start: new Date(clock.now()) } })).toEqual([second]);
  expect((await client.send(new sdk.BatchGetDeploymentsCommand({ deploymentIds: [second, nobody] }))).deploymentsInfo?.map(({ description }) => description)).toEqual(["second"]);
  expect((await client.send(new sdk.ListApplicationsCommand({}))).applications).toEqual(["web"]);
  expect((await client.send(new sdk.GetApplicationCommand({ applicationName: "web" }))).application).toMatchObject({ applicationName: "web", computePlatform: "ECS" });
  expect((await client.send(new sdk.BatchGetApplicationsCommand({ applicationNames: ["web"] }))).applicationsInfo).toHaveLength(1);
  expect((await client.send(new sdk.ListDeploymentGroupsCommand({ applicationName: "web" }))).deploymentGroups).toEqual(["web"]);
  const groups = await client.send(new sdk.BatchGetDeploymentGroupsCommand({ applicationName: "web", deploymentGroupNames: ["web", "none"] }));
  expect(groups).toMatchObject({ deploymentGroupsInfo: [{ lastSuccessfulDeployment: { deploymentId: first }, lastAttemptedDeployment: { deploymentId: second, status: "Created" } }], errorMessage: "No Deployment Group found for name: none" });
  expect((await client.send(new sdk.ListDeploymentConfigsCommand({}))).deploymentConfigsList).toContain("CodeDeployDefault.ECSCanary10Percent5Minutes");
  expect((await client.send(new sdk.GetDeploymentConfigCommand({ deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes" }))).deploymentConfigInfo).toMatchObject({ trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 } } });
  await client.send(new sdk.DeleteDeploymentGroupCommand(group));
  await expect(client.send(new sdk.GetDeploymentGroupCommand(group))).rejects.toMatchObject({ name: "DeploymentGroupDoesNotExistException" });
  await client.send(new sdk.DeleteApplicationCommand({ applicationName: "web" }));
  expect((await client.send(new sdk.ListApplicationsCommand({}))).applications).toEqual([]);
});

it("deploys by a configuration of one's own", async () => {
  const { client, cloud, deploy, info, until, untilOver } = await setUp({ group: groupInput() });
  await client.send(config({ type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 40, linearInterval: 2 } }));
  const id = await deploy({ deploymentConfigName: "Mine" });
  await until(id, "AllowTraffic");
  expect(cloud.productionPercent("green")).toBe(40);
  await untilOver();
  expect(await info(id)).toMatchObject({ status: "Succeeded", deploymentConfigName: "Mine" });
});
