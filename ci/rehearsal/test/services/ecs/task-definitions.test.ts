import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand, ListTagsForResourceCommand, ListTaskDefinitionsCommand, RegisterTaskDefinitionCommand, TagResourceCommand, UntagResourceCommand, type ContainerDefinition, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { checkContainers } from "../../../src/services/ecs/check-containers.ts";
import { cpuUnits, memoryMib } from "../../../src/services/ecs/fargate-sizes.ts";
import { setUpEcs, taskDefinitionInput } from "./setting.ts";

const proxy: ContainerDefinition = { name: "proxy", image: "web:1" };

it("counts revisions of a family, and shows them as AWS does", async () => {
  const { ecs } = await setUpEcs();
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ cpu: "1 vCPU", memory: "2 GB" })));
  expect(taskDefinition).toMatchObject({ taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2", revision: 2, status: "ACTIVE", cpu: "1024", memory: "2048", compatibilities: ["EC2", "FARGATE"] });
  expect(taskDefinition?.containerDefinitions).toMatchObject([{ name: "proxy", essential: true, portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }] }]);
  expect(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }))).toMatchObject({ taskDefinition: { revision: 2 } });
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "web:2" }));
  expect(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }))).toMatchObject({ taskDefinition: { revision: 1 } });
  expect((await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: "web" }))).taskDefinitionArns).toHaveLength(1);
  await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "other" }))).rejects.toMatchObject({ name: "ClientException", message: "Unable to describe task definition." });
});

it("shows again what it does not act on, and says so on the timeline", async () => {
  const { ecs, rehearsal } = await setUpEcs();
  const given = { pidMode: "task", ephemeralStorage: { sizeInGiB: 21 } } as const;
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ ...given, containerDefinitions: [{ ...proxy, ulimits: [{ name: "nofile", softLimit: 1, hardLimit: 2 }], linuxParameters: { capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } } }] })));
  expect(taskDefinition).toMatchObject(given);
  expect((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }))).taskDefinition).toMatchObject(given);
  const told = (): unknown[] => rehearsal.parts.timeline.since().flatMap(({ what, detail }) => (what === "not-modelled" ? [detail["members"]] : []));
  expect(told()).toEqual([["pidMode", "ephemeralStorage", "proxy.ulimits", "proxy.linuxParameters.capabilities.add"]]);
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
  expect(told()).toHaveLength(1);
});

it("asks of a task that is not for Fargate only what ECS asks", async () => {
  const { ecs } = await setUpEcs();
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ requiresCompatibilities: ["EC2"], networkMode: "bridge", pidMode: "host", placementConstraints: [{ type: "memberOf", expression: "a" }], containerDefinitions: [{ ...proxy, hostname: "web" }] })));
  expect(taskDefinition).toMatchObject({ pidMode: "host", placementConstraints: [{ type: "memberOf" }] });
  await expect(ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ requiresCompatibilities: ["EC2"], containerDefinitions: [{ ...proxy, links: ["other"] }] })))).rejects.toMatchObject({ message: "Links are not supported when networkMode=awsvpc." });
});

it("has scratch volumes, and says so of the others", async () => {
  const { ecs } = await setUpEcs();
  const mountPoints = [{ sourceVolume: "scratch", containerPath: "/tmp" }];
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ volumes: [{ name: "scratch" }], containerDefinitions: [{ ...proxy, mountPoints }] })));
  expect(taskDefinition).toMatchObject({ volumes: [{ name: "scratch", host: {} }], containerDefinitions: [{ mountPoints }] });
  await expect(ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] })))).rejects.toMatchObject({ name: "NotImplemented" });
});

it("tags a task definition", async () => {
  const { ecs } = await setUpEcs();
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ tags: [{ key: "team", value: "web" }] })));
  const resourceArn = taskDefinition?.taskDefinitionArn;
  await ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: "commit", value: "abc" }] }));
  await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
  expect((await ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ key: "commit", value: "abc" }]);
});

it.each([[".25 vCPU", 256], ["1 vCPU", 1024], ["1vcpu", 1024], ["512", 512]])("reads %s as CPU units", (text, units) => {
  expect(cpuUnits(text)).toBe(units);
});

it.each([["0.5 GB", 512], ["1GB", 1024], ["30 gb", 30_720], ["2048", 2048]])("reads %s as MiB", (text, mib) => {
  expect(memoryMib(text)).toBe(mib);
});

it.each(["much", "1 GB", "-1", "0.5"])("refuses cpu %s", (text) => {
  expect(() => cpuUnits(text)).toThrow("Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.");
});

const refused: readonly (readonly [what: string, changes: Partial<RegisterTaskDefinitionCommandInput>, message: string])[] = [
  ["a size that Fargate has not", { memory: "4096" }, "No Fargate configuration exists for given values."],
  ["another network mode", { networkMode: "bridge" }, "Fargate only supports network mode ‘awsvpc’."],
  ["another host port", { containerDefinitions: [{ ...proxy, portMappings: [{ containerPort: 80, hostPort: 8080 }] }] }, "When networkMode=awsvpc, the host ports and container ports in port mappings must match."],
  ["a mount of no volume", { containerDefinitions: [{ ...proxy, mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] }] }, "Unknown volume 'data'."],
  ["a volume of a host", { volumes: [{ name: "data", host: { sourcePath: "/srv" } }] }, "Fargate compatible task definitions do not support sourcePath."],
  ["logs without an execution role", { containerDefinitions: [{ ...proxy, logConfiguration: { logDriver: "awslogs", options: {} } }] }, "Fargate requires task definition to have execution role ARN to support log driver awslogs."],
  ["no essential container", { containerDefinitions: [{ ...proxy, essential: false }] }, "At least one container must be essential."],
];

it.each(refused)("refuses %s in AWS's words", async (_what, changes, message) => {
  const { ecs } = await setUpEcs();
  await expect(ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput(changes)))).rejects.toMatchObject({ name: "ClientException", message });
});

const wrong: readonly (readonly [what: string, containers: readonly ContainerDefinition[], message: RegExp])[] = [
  ["two of one name", [proxy, proxy], /not unique/],
  ["one port twice", [{ ...proxy, portMappings: [{ containerPort: 80 }] }, { ...proxy, name: "other", portMappings: [{ containerPort: 80 }] }], /more than one port mapping/],
  ["a check that is no command", [{ ...proxy, healthCheck: { command: ["true"] } }], /begin with CMD/],
  ["a check every second", [{ ...proxy, healthCheck: { command: ["CMD", "true"], interval: 1 } }], /between 5 and 300/],
  ["a wait for health that nothing checks", [proxy, { ...proxy, name: "other", dependsOn: [{ containerName: "proxy", condition: "HEALTHY" }] }], /no health check/],
  ["a wait for the end of an essential one", [proxy, { ...proxy, name: "other", dependsOn: [{ containerName: "proxy", condition: "SUCCESS" }] }], /essential container proxy/],
  ["a wait for one that is not there", [{ ...proxy, dependsOn: [{ containerName: "none", condition: "START" }] }], /does not exist/],
  ["waits in a circle", [{ ...proxy, dependsOn: [{ containerName: "other", condition: "START" }] }, { ...proxy, name: "other", dependsOn: [{ containerName: "proxy", condition: "START" }] }], /cycle/],
  ["more memory promised than allowed", [{ ...proxy, memory: 128, memoryReservation: 256 }], /must not be greater than memory/],
  ["a name that is a variable and a secret", [{ ...proxy, environment: [{ name: "A", value: "1" }], secrets: [{ name: "A", valueFrom: "arn:aws:ssm" }] }], /such as 'A'/],
  ["one secret twice", [{ ...proxy, secrets: [{ name: "A", valueFrom: "arn:aws:ssm:1" }, { name: "A", valueFrom: "arn:aws:ssm:2" }] }], /such as 'A'/],
  ["a condition that is none", [proxy, { ...proxy, name: "other", dependsOn: [{ containerName: "proxy", condition: "READY" as "START" }] }], /condition READY/],
  ["a limit above the hard one", [{ ...proxy, ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] }], /soft limit/],
  ["121 seconds to begin", [{ ...proxy, startTimeout: 121 }], /2 to 120/],
  ["121 seconds to end", [{ ...proxy, stopTimeout: 121 }], /at most 120/],
];

it.each(wrong)("refuses %s", (_what, containers, message) => {
  expect(() => {
    checkContainers(containers, { isAwsvpc: true, isFargate: true, hasExecutionRole: true });
  }).toThrow(message);
});
