import { CreateClusterCommand, DeleteClusterCommand, DescribeClustersCommand, DescribeTaskDefinitionCommand, ListTaskDefinitionFamiliesCommand, ListTasksCommand, PutClusterCapacityProvidersCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand, type RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { faults } from "../../../src/faults/faults.ts";
import { World } from "../../../src/world/world.ts";
import { setUpEcs, taskDefinitionInput, type EcsSetting } from "./setting.ts";

const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"] } };
const runInput = (changes: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput => ({ cluster: "main", taskDefinition: "web", launchType: "FARGATE", networkConfiguration, ...changes });

async function start(): Promise<EcsSetting> {
  const setting = await setUpEcs();
  await setting.ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ containerDefinitions: [{ name: "proxy", image: "web:1", command: ["serve"], environment: [{ name: "MODE", value: "serve" }, { name: "KEPT", value: "yes" }] }], tags: [{ key: "team", value: "notes" }] })));
  return setting;
}

it("runs a task once, as it is overridden, and does not start it again", async () => {
  const setting = await start();
  const overrides = { containerOverrides: [{ name: "proxy", command: ["migrate", "--all"], environment: [{ name: "MODE", value: "migrate" }] }] };
  const { tasks: [task] = [], failures } = await setting.ecs.send(new RunTaskCommand(runInput({ startedBy: "release-1", overrides })));
  expect([failures, task]).toMatchObject([[], { lastStatus: "PENDING", group: "family:web", startedBy: "release-1", launchType: "FARGATE", overrides, attachments: [{ type: "ElasticNetworkInterface" }] }]);
  await setting.clock.advance(2000);
  expect(setting.containers).toMatchObject([{ command: ["migrate", "--all"], environment: { MODE: "migrate", KEPT: "yes" } }]);
  expect(await setting.tasks()).toMatchObject([{ lastStatus: "RUNNING", taskArn: task?.taskArn }]);
  setting.containers[0]?.exit(3);
  await setting.clock.advance(60_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ stopCode: "EssentialContainerExited", containers: [{ exitCode: 3 }] }]);
  expect(await setting.tasks()).toEqual([]);
});

it("runs several in both zones, finds them by who started them, and tags them", async () => {
  const { ecs, tasks } = await start();
  await ecs.send(new RunTaskCommand(runInput({ count: 3, startedBy: "release-1", group: "jobs", propagateTags: "TASK_DEFINITION", enableECSManagedTags: true, tags: [{ key: "run", value: "1" }] })));
  await ecs.send(new RunTaskCommand(runInput()));
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: "main", startedBy: "release-1" }));
  expect(taskArns).toHaveLength(3);
  const [first, ...others] = await tasks();
  expect(first).toMatchObject({ group: "jobs", tags: [{ key: "aws:ecs:clusterName", value: "main" }, { key: "team", value: "notes" }, { key: "run", value: "1" }] });
  expect(new Set([first, ...others].map((task) => task?.availabilityZone))).toEqual(new Set(["eu-west-1a", "eu-west-1b"]));
});

it("says which tasks found no place", async () => {
  const { ecs, rehearsal } = await start();
  for (const zone of ["eu-west-1a", "eu-west-1b"]) rehearsal.parts.get(faults).inject({ kind: "zone-loss", zone, when: {} });
  expect(await ecs.send(new RunTaskCommand(runInput({ count: 2 })))).toMatchObject({ tasks: [], failures: [{ reason: expect.stringMatching(/^Capacity is unavailable/) as string }, {}] });
});

it("stops one at the wish of its user", async () => {
  const { ecs, clock, tasks } = await start();
  const { tasks: [task] = [] } = await ecs.send(new RunTaskCommand(runInput()));
  await clock.advance(2000);
  await ecs.send(new StopTaskCommand({ cluster: "main", task: task?.taskArn, reason: "enough" }));
  await clock.advance(2000);
  expect(await tasks("STOPPED")).toMatchObject([{ stopCode: "UserInitiated", stoppedReason: "enough" }]);
});

it("takes a task of an earlier process for ended", async () => {
  const before = await start();
  await before.ecs.send(new RunTaskCommand(runInput()));
  await before.clock.advance(2000);
  const after = await setUpEcs({ world: World.restore(JSON.parse(JSON.stringify(before.rehearsal.parts.world))) });
  expect([await after.tasks(), await after.tasks("STOPPED")]).toMatchObject([[], [{ lastStatus: "STOPPED" }]]);
});

const refused: readonly (readonly [string, Partial<RunTaskCommandInput>, string, string])[] = [
  ["no launch type, for there are no instances", { launchType: undefined }, "InvalidParameterException", "No Container Instances were found in your cluster."],
  ["no network", { networkConfiguration: undefined }, "InvalidParameterException", "Network Configuration must be provided when networkMode 'awsvpc' is specified."],
  ["a task definition that is not there", { taskDefinition: "none" }, "ClientException", "Unable to describe task definition."],
  ["a cluster that is not there", { cluster: "none" }, "ClusterNotFoundException", "Cluster not found."],
  ["an override of a container that is not there", { overrides: { containerOverrides: [{ name: "none" }] } }, "InvalidParameterException", "Override for container named none is not a container in the TaskDefinition."],
  ["more than ten at once", { count: 11 }, "InvalidParameterException", "between 1 and 10"],
  ["an override that it would not heed", { overrides: { ephemeralStorage: { sizeInGiB: 30 } } }, "NotImplemented", "does not have the overrides ephemeralStorage"],
  ["a capacity provider that is not the cluster's", { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] }, "InvalidParameterException", "not associated with the cluster"],
];

it.each(refused)("refuses %s", async (_name, changes, name, message) => {
  const { ecs } = await start();
  await expect(ecs.send(new RunTaskCommand(runInput(changes)))).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
});

it("runs by a cluster's capacity providers", async () => {
  const { ecs } = await start();
  await expect(ecs.send(new PutClusterCapacityProvidersCommand({ cluster: "main", capacityProviders: ["mine"], defaultCapacityProviderStrategy: [] }))).rejects.toMatchObject({ name: "InvalidParameterException" });
  const { cluster } = await ecs.send(new PutClusterCapacityProvidersCommand({ cluster: "main", capacityProviders: ["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] }));
  expect(cluster).toMatchObject({ capacityProviders: ["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }] });
  expect((await ecs.send(new RunTaskCommand(runInput({ launchType: undefined })))).tasks).toHaveLength(1);
  expect((await ecs.send(new RunTaskCommand(runInput({ launchType: undefined, capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] })))).tasks).toHaveLength(1);
});

it("lists families, and shows a task definition's tags where they are asked for", async () => {
  const { ecs } = await start();
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ family: "jobs" })));
  expect((await ecs.send(new ListTaskDefinitionFamiliesCommand({}))).families).toEqual(["jobs", "web"]);
  expect((await ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: "we", status: "ACTIVE" }))).families).toEqual(["web"]);
  expect((await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: "INACTIVE" }))).families).toEqual([]);
  expect((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }))).tags).toEqual([{ key: "team", value: "notes" }]);
  expect((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }))).tags).toBeUndefined();
});

it("deletes a cluster that runs nothing, and takes it up again when it is created", async () => {
  const { ecs, clock } = await start();
  const { tasks: [task] = [] } = await ecs.send(new RunTaskCommand(runInput()));
  await expect(ecs.send(new DeleteClusterCommand({ cluster: "main" }))).rejects.toMatchObject({ name: "ClusterContainsTasksException" });
  await ecs.send(new StopTaskCommand({ cluster: "main", task: task?.taskArn }));
  await clock.advance(2000);
  expect((await ecs.send(new DeleteClusterCommand({ cluster: "main" }))).cluster).toMatchObject({ status: "INACTIVE" });
  expect((await ecs.send(new DescribeClustersCommand({ clusters: ["main"] }))).clusters).toMatchObject([{ status: "INACTIVE" }]);
  await expect(ecs.send(new RunTaskCommand(runInput()))).rejects.toMatchObject({ name: "ClusterNotFoundException", message: "The referenced cluster was inactive." });
  expect((await ecs.send(new CreateClusterCommand({ clusterName: "main" }))).cluster).toMatchObject({ status: "ACTIVE" });
});
