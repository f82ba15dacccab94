import { CreateTaskSetCommand, DeleteTaskSetCommand, DescribeClustersCommand, DescribeServicesCommand, DescribeTaskSetsCommand, ListClustersCommand, ListServicesCommand, RegisterTaskDefinitionCommand, StopTaskCommand, UpdateServiceCommand, UpdateServicePrimaryTaskSetCommand, UpdateTaskSetCommand, type UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { faults } from "../../../src/faults/faults.ts";
import { sideOf } from "../../../src/services/ecs/sides.ts";
import { World } from "../../../src/world/world.ts";
import { setUpEcs, setUpService, taskDefinitionInput, type EcsSetting } from "./setting.ts";

const steady = async ({ clock, service }: EcsSetting, index = 0): Promise<void> => {
  for (let tries = 0; tries < 120 && (await service()).taskSets?.[index]?.stabilityStatus !== "STEADY_STATE"; tries += 1) await clock.advance(1000);
  expect((await service()).taskSets?.[index]?.stabilityStatus).toBe("STEADY_STATE");
};

it("runs the tasks of a service in both zones, and says when it is steady", async () => {
  const setting = await setUpService();
  expect(await setting.service()).toMatchObject({ status: "ACTIVE", desiredCount: 2, runningCount: 0, deployments: [], taskSets: [{ status: "PRIMARY", stabilityStatus: "STABILIZING", scale: { value: 100, unit: "PERCENT" } }] });
  await steady(setting);
  expect(await setting.service()).toMatchObject({ runningCount: 2, pendingCount: 0, taskSets: [{ id: expect.stringMatching(/^ecs-svc\/\d{19}$/) as string, computedDesiredCount: 2, runningCount: 2 }] });
  const tasks = await setting.tasks();
  expect(tasks.map(({ availabilityZone }) => availabilityZone)).toEqual(["eu-west-1a", "eu-west-1b"]);
  expect(tasks).toMatchObject([{ lastStatus: "RUNNING", group: "service:web", containers: [{ name: "proxy", lastStatus: "RUNNING" }] }, {}]);
  expect(setting.containers.map(({ address }) => address)).toEqual(["10.0.1.4", "10.0.2.4"]);
});

it("lists clusters and services, and says which are missing", async () => {
  const { ecs } = await setUpService();
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual(["arn:aws:ecs:eu-west-1:123456789012:cluster/main"]);
  expect((await ecs.send(new ListServicesCommand({ cluster: "main" }))).serviceArns).toEqual(["arn:aws:ecs:eu-west-1:123456789012:service/main/web"]);
  expect(await ecs.send(new DescribeClustersCommand({ clusters: ["main", "none"] }))).toMatchObject({ clusters: [{ activeServicesCount: 1 }], failures: [{ reason: "MISSING" }] });
  expect(await ecs.send(new DescribeServicesCommand({ cluster: "main", services: ["none"] }))).toMatchObject({ services: [], failures: [{ arn: "arn:aws:ecs:eu-west-1:123456789012:service/main/none", reason: "MISSING" }] });
  await expect(ecs.send(new DescribeServicesCommand({ cluster: "none", services: ["web"] }))).rejects.toMatchObject({ name: "ClusterNotFoundException", message: "Cluster not found." });
});

const refused: readonly (readonly [Partial<UpdateServiceCommandInput>, string])[] = [
  [{ taskDefinition: "web" }, "Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."],
  [{ networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } } }, "Unable to update network parameters on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."],
  [{ loadBalancers: [] }, "Unable to update load balancers on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."],
];

it.each(refused)("refuses to update what is CodeDeploy's: %j", async (changes, message) => {
  const { ecs } = await setUpService();
  await expect(ecs.send(new UpdateServiceCommand({ cluster: "main", service: "web", ...changes }))).rejects.toMatchObject({ name: "InvalidParameterException", message });
});

it("scales a service up and down", async () => {
  const setting = await setUpService();
  await steady(setting);
  await setting.ecs.send(new UpdateServiceCommand({ cluster: "main", service: "web", desiredCount: 3 }));
  await setting.clock.advance(5000);
  expect(await setting.service()).toMatchObject({ runningCount: 3 });
  await setting.ecs.send(new UpdateServiceCommand({ cluster: "main", service: "web", desiredCount: 1 }));
  await setting.clock.advance(5000);
  const { events, taskSets: [{ id = "" } = {}] = [], ...scaled } = await setting.service();
  expect(scaled).toMatchObject({ runningCount: 1, desiredCount: 1 });
  expect(events?.map(({ message = "" }) => message.replaceAll(/ \(task \w+\)/g, " (task)")).slice(0, 2).toReversed()).toEqual([`(service web) updated computedDesiredCount for taskSet ${id} to 1.`, `(service web, taskSet ${id}) has stopped 2 running tasks: (task) (task).`]);
  expect((await setting.tasks("STOPPED")).map(({ stopCode }) => stopCode)).toEqual(["ServiceSchedulerInitiated", "ServiceSchedulerInitiated"]);
});

it("creates, scales, promotes and deletes task sets", async () => {
  const setting = await setUpService();
  await steady(setting);
  const { ecs, clock } = setting;
  const ids = { cluster: "main", service: "web" };
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
  const { taskSet: green } = await ecs.send(new CreateTaskSetCommand({ ...ids, taskDefinition: "web:2", externalId: "d-1", scale: { value: 30, unit: "PERCENT" } }));
  // 30 % of 2 is rounded up.
  expect(green).toMatchObject({ status: "ACTIVE", externalId: "d-1", computedDesiredCount: 1 });
  await steady(setting, 1);
  await ecs.send(new UpdateTaskSetCommand({ ...ids, taskSet: green?.id, scale: { value: 100, unit: "PERCENT" } }));
  await clock.advance(5000);
  expect(await setting.service()).toMatchObject({ runningCount: 4 });
  const [blue] = (await setting.service()).taskSets ?? [];
  await expect(ecs.send(new DeleteTaskSetCommand({ ...ids, taskSet: blue?.id }))).rejects.toMatchObject({ name: "InvalidParameterException" });
  await ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...ids, primaryTaskSet: green?.id }));
  expect(await setting.service()).toMatchObject({ taskDefinition: expect.stringMatching(/web:2$/) as string, taskSets: [{ status: "ACTIVE" }, { status: "PRIMARY" }] });
  await ecs.send(new DeleteTaskSetCommand({ ...ids, taskSet: blue?.taskSetArn }));
  expect(await ecs.send(new DescribeTaskSetsCommand({ ...ids, taskSets: [blue?.id ?? ""] }))).toMatchObject({ taskSets: [{ status: "DRAINING" }] });
  await clock.advance(5000);
  expect(await setting.service()).toMatchObject({ runningCount: 2, taskSets: [{ id: green?.id }] });
  for (let count = 0; count < 4; count += 1) await ecs.send(new CreateTaskSetCommand({ ...ids, taskDefinition: "web:2", scale: { value: 0, unit: "PERCENT" } }));
  await expect(ecs.send(new CreateTaskSetCommand({ ...ids, taskDefinition: "web:2" }))).rejects.toMatchObject({ message: "5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit." });
});

it("replaces a task that was stopped, at the wish of its user", async () => {
  const setting = await setUpService();
  await steady(setting);
  const [first] = await setting.tasks();
  await setting.ecs.send(new StopTaskCommand({ cluster: "main", task: first?.taskArn, reason: "to see" }));
  await setting.clock.advance(10_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ taskArn: first?.taskArn, lastStatus: "STOPPED", stopCode: "UserInitiated", stoppedReason: "to see" }]);
  expect(await setting.service()).toMatchObject({ runningCount: 2 });
});

it("waits longer and longer before it starts tasks that die", async () => {
  const { clock, rehearsal, containers, service } = await setUpService({ service: { desiredCount: 1 } });
  const startsIn = async (ms: number): Promise<number> => {
    const before = rehearsal.parts.timeline.since().filter(({ what }) => what === "task-started").length;
    for (let passed = 0; passed < ms; passed += 1000) {
      await clock.advance(1000);
      containers.at(-1)?.exit(1);
    }
    return rehearsal.parts.timeline.since().filter(({ what }) => what === "task-started").length - before;
  };
  // Each runs for at most a second, and the waits are 1, 2, 4, 8… seconds.
  expect(await startsIn(30_000)).toBeLessThanOrEqual(5);
  await startsIn(300_000);
  expect(await startsIn(300_000)).toBeLessThanOrEqual(5);
  expect(((await service()).events ?? []).filter(({ message }) => message === "(service web) is unable to consistently start tasks successfully.")).toHaveLength(1);
});

it("replaces a task whose essential container is unhealthy", async () => {
  const containerDefinitions = [{ name: "proxy", image: "web:1", healthCheck: { command: ["CMD", "true"] } }];
  const setting = await setUpService({ definition: { containerDefinitions } });
  await steady(setting);
  setting.containers[0]?.setHealth("UNHEALTHY");
  await setting.clock.advance(10_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ stopCode: "ServiceSchedulerInitiated", stoppedReason: "Task failed container health checks" }]);
  expect(await setting.service()).toMatchObject({ runningCount: 2 });
});

it("loses the tasks of a zone, and starts them in the other", async () => {
  const setting = await setUpService();
  await steady(setting);
  setting.rehearsal.parts.get(faults).inject({ kind: "zone-loss", zone: "eu-west-1a", when: {} });
  await setting.clock.advance(20_000);
  expect((await setting.tasks()).map(({ availabilityZone }) => availabilityZone)).toEqual(["eu-west-1b", "eu-west-1b"]);
});

it("ends a container with a code when a fault says so", async () => {
  const setting = await setUpService();
  await steady(setting);
  setting.rehearsal.parts.get(faults).inject({ kind: "container-exit", to: "current", container: "proxy", exitCode: 137, when: { times: 1 } });
  await setting.clock.advance(10_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited", containers: [{ exitCode: 137 }] }]);
  expect(await setting.service()).toMatchObject({ runningCount: 2 });
});

it("goes on with a task whose other container ends with a code by a fault", async () => {
  const containerDefinitions = [{ name: "proxy", image: "web:1", portMappings: [{ containerPort: 8080 }] }, { name: "sidecar", image: "web:1", essential: false }];
  const setting = await setUpService({ definition: { containerDefinitions } });
  await steady(setting);
  setting.rehearsal.parts.get(faults).inject({ kind: "container-exit", to: "current", container: "sidecar", exitCode: 3, when: { times: 1 } });
  await setting.clock.advance(10_000);
  const ended = (await setting.tasks()).flatMap(({ containers = [], lastStatus }) => containers.filter(({ exitCode }) => exitCode !== undefined).map(({ name, exitCode, lastStatus: status }) => ({ name, exitCode, status, task: lastStatus })));
  expect(ended).toEqual([{ name: "sidecar", exitCode: 3, status: "STOPPED", task: "RUNNING" }]);
  expect(await setting.tasks("STOPPED")).toEqual([]);
  expect(await setting.service()).toMatchObject({ runningCount: 2 });
});

it("goes on when a zone is back after all of them were lost", async () => {
  const setting = await setUpService();
  await steady(setting);
  const struck = setting.rehearsal.parts.get(faults);
  const ids = ["a", "b", "c"].map((zone) => struck.inject({ kind: "zone-loss", zone: `eu-west-1${zone}`, when: {} }));
  await setting.clock.advance(60_000);
  expect(await setting.service()).toMatchObject({ runningCount: 0 });
  for (const id of ids) struck.remove(id);
  await setting.clock.advance(120_000);
  expect(await setting.service()).toMatchObject({ runningCount: 2 });
});

it("takes up a saved world: what ran before is stopped and replaced", async () => {
  const before = await setUpService();
  await steady(before);
  const after = await setUpEcs({ world: World.restore(JSON.parse(JSON.stringify(before.rehearsal.parts.world))) });
  await steady(after);
  expect(await after.tasks()).toHaveLength(2);
  expect(await after.tasks("STOPPED")).toHaveLength(2);
  expect(after.containers).toHaveLength(2);
});

it("keeps replacements out of a zone that is lost, also when the fault has taken as many tasks as it may", async () => {
  const setting = await setUpService({ service: { desiredCount: 4 } });
  await steady(setting);
  const struck = setting.rehearsal.parts.get(faults);
  const id = struck.inject({ kind: "zone-loss", zone: "eu-west-1a", when: { times: 1 } });
  const zones = async (): Promise<(string | undefined)[]> => (await setting.tasks()).map(({ availabilityZone }) => availabilityZone).toSorted();
  await setting.clock.advance(30_000);
  expect(await zones()).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1b", "eu-west-1b"]);
  struck.remove(id);
  await setting.ecs.send(new UpdateServiceCommand({ cluster: "main", service: "web", desiredCount: 5 }));
  await setting.clock.advance(10_000);
  expect(await zones()).toEqual(["eu-west-1a", "eu-west-1a", "eu-west-1b", "eu-west-1b", "eu-west-1b"]);
});

it("says in an event that a task finds no place, once", async () => {
  const setting = await setUpService({ service: { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } }, desiredCount: 1 } });
  await steady(setting);
  setting.rehearsal.parts.get(faults).inject({ kind: "zone-loss", zone: "eu-west-1a", when: {} });
  await setting.clock.advance(60_000);
  const messages = ((await setting.service()).events ?? []).map(({ message = "" }) => message).filter((message) => message.includes("unable to place"));
  expect(messages).toEqual(["(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone."]);
});

it("has a task set that drains on neither side", async () => {
  const setting = await setUpService();
  await steady(setting);
  const { parts } = setting.rehearsal;
  const ids = { cluster: "main", service: "web" };
  const { taskSet: green } = await setting.ecs.send(new CreateTaskSetCommand({ ...ids, taskDefinition: "web:1" }));
  await steady(setting, 1);
  const sides = (): unknown[] => ["10.0.1.4", "10.0.1.5"].map((address) => sideOf(parts, address));
  expect(sides()).toEqual(["current", "candidate"]);
  await setting.ecs.send(new DeleteTaskSetCommand({ ...ids, taskSet: green?.id }));
  expect(sides()).toEqual(["current", undefined]);
});

it("gives its tasks the service's tags, and AWS's own, where they are to be propagated", async () => {
  const setting = await setUpService({ service: { desiredCount: 1, propagateTags: "SERVICE", enableECSManagedTags: true, tags: [{ key: "team", value: "notes" }] } });
  await steady(setting);
  expect((await setting.tasks())[0]?.tags).toEqual([{ key: "aws:ecs:clusterName", value: "main" }, { key: "aws:ecs:serviceName", value: "web" }, { key: "team", value: "notes" }]);
  const plain = await setUpService({ service: { desiredCount: 1, tags: [{ key: "team", value: "notes" }] } });
  await steady(plain);
  expect((await plain.tasks())[0]?.tags).toEqual([]);
});
