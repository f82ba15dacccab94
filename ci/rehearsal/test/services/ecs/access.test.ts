import { CreateClusterCommand, CreateServiceCommand, CreateTaskSetCommand, DescribeServicesCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand, TagResourceCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import { createRole, putRolePolicy } from "../../../src/iam/create.ts";
import { serviceInput, setUpService, taskDefinitionInput, type EcsSetting } from "./setting.ts";

const account = "123456789012";
const arn = (rest: string): string => `arn:aws:ecs:eu-west-1:${account}:${rest}`;
const cluster = arn("cluster/main");
const roleOf = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const document = (Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, Resource: string, Condition?: object): object => ({ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });

/** A client of a role that may do what the statements say; beside it a service of the operator's. */
async function startAs(...statements: readonly object[]): Promise<EcsSetting & { readonly as: ECSClient }> {
  const setting = await setUpService({ service: { tags: [{ key: "stage", value: "prod" }] } });
  const trust = { AWS: `arn:aws:iam::${account}:root` };
  createRole(setting.rehearsal.parts, { RoleName: "ci", AssumeRolePolicyDocument: document([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: trust }]) });
  putRolePolicy(setting.rehearsal.parts, { RoleName: "ci", PolicyName: "own", PolicyDocument: document(statements) });
  const { Credentials: { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = {} } = await new STSClient(setting.client).send(new AssumeRoleCommand({ RoleArn: roleOf("ci"), RoleSessionName: "run-1" }));
  return { ...setting, as: new ECSClient({ ...setting.client, credentials: { accessKeyId, secretAccessKey } }) };
}

const denied = (action: string, resource: string): object => ({ name: "AccessDeniedException", message: expect.stringContaining(`${action} on resource: ${resource} because`) as string });
const roles = { taskRoleArn: roleOf("task"), executionRoleArn: roleOf("execution") };
const passing = (name: string): object => allow("iam:PassRole", roleOf(name), { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });

it("registers a task definition of the family that is allowed, with the roles that may be passed, and the tags", async () => {
  const { as } = await startAs(allow("ecs:RegisterTaskDefinition", arn("task-definition/web:*")), passing("task"));
  await as.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
  await expect(as.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ family: "other" })))).rejects.toMatchObject(denied("ecs:RegisterTaskDefinition", arn("task-definition/other:*")));
  await as.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ taskRoleArn: roles.taskRoleArn })));
  await expect(as.send(new RegisterTaskDefinitionCommand(taskDefinitionInput(roles)))).rejects.toMatchObject(denied("iam:PassRole", roles.executionRoleArn));
  await expect(as.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ tags: [{ key: "team", value: "notes" }] })))).rejects.toMatchObject(denied("ecs:TagResource", arn("task-definition/web:*")));
});

it("lets tags be given on creation only, where a policy says so", async () => {
  const { as } = await startAs(allow("ecs:RegisterTaskDefinition", "*"), allow("ecs:TagResource", "*", { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" }, "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } }));
  const register = (key: string): RegisterTaskDefinitionCommand => new RegisterTaskDefinitionCommand(taskDefinitionInput({ tags: [{ key, value: "notes" }] }));
  await as.send(register("team"));
  await expect(as.send(register("owner"))).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(as.send(new TagResourceCommand({ resourceArn: arn("service/main/web"), tags: [{ key: "team", value: "notes" }] }))).rejects.toMatchObject(denied("ecs:TagResource", arn("service/main/web")));
});

it("runs tasks of one family in one cluster, with its roles", async () => {
  const { as, ecs } = await startAs(allow("ecs:RunTask", arn("task-definition/jobs:*"), { ArnEquals: { "ecs:cluster": cluster } }), passing("task"), passing("execution"));
  const run = (changes: object): RunTaskCommand => new RunTaskCommand({ cluster: "main", taskDefinition: "jobs", launchType: "FARGATE", networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } }, ...changes });
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ family: "jobs", ...roles })));
  await ecs.send(new CreateClusterCommand({ clusterName: "other" }));
  expect((await as.send(run({}))).tasks).toHaveLength(1);
  await expect(as.send(run({ taskDefinition: "web" }))).rejects.toMatchObject(denied("ecs:RunTask", arn("task-definition/web:1")));
  await expect(as.send(run({ cluster: "other" }))).rejects.toMatchObject(denied("ecs:RunTask", arn("task-definition/jobs:1")));
  await expect(as.send(run({ overrides: { taskRoleArn: roleOf("admin") } }))).rejects.toMatchObject(denied("iam:PassRole", roleOf("admin")));
});

it("knows the cluster, the task definition and the tags of a service", async () => {
  const { as } = await startAs(
    allow("ecs:DescribeServices", "*", { StringEquals: { "aws:ResourceTag/stage": "prod" } }),
    allow("ecs:UpdateService", arn("service/main/*"), { ArnEquals: { "ecs:cluster": cluster }, ArnLikeIfExists: { "ecs:task-definition": arn("task-definition/web:*") } }),
    allow("ecs:CreateService", "*", { StringEquals: { "ecs:enable-execute-command": "false" } }),
    allow("ecs:ListTasks", "*", { ArnEquals: { "ecs:cluster": cluster } }),
    allow("ecs:StopTask", "*", { ArnEquals: { "ecs:cluster": arn("cluster/other") } }),
  );
  const ids = { cluster: "main", service: "web" };
  expect((await as.send(new DescribeServicesCommand({ cluster: "main", services: ["web"] }))).services).toHaveLength(1);
  await as.send(new UpdateServiceCommand({ ...ids, desiredCount: 3 }));
  await expect(as.send(new UpdateServiceCommand({ ...ids, taskDefinition: "other:1" }))).rejects.toMatchObject(denied("ecs:UpdateService", arn("service/main/web")));
  await as.send(new CreateServiceCommand(serviceInput({ serviceName: "second" })));
  await expect(as.send(new CreateServiceCommand(serviceInput({ serviceName: "third", enableExecuteCommand: true })))).rejects.toMatchObject(denied("ecs:CreateService", arn("service/main/third")));
  await expect(as.send(new DescribeServicesCommand({ cluster: "main", services: ["second"] }))).rejects.toMatchObject(denied("ecs:DescribeServices", arn("service/main/second")));
  await as.send(new ListTasksCommand({ cluster: "main" }));
  await expect(as.send(new StopTaskCommand({ cluster: "main", task: "1" }))).rejects.toMatchObject(denied("ecs:StopTask", arn("task/main/1")));
});

it("creates a task set where its roles may be passed", async () => {
  const { as, ecs } = await startAs(allow("ecs:CreateTaskSet", arn("task-set/main/web/*"), { ArnEquals: { "ecs:service": arn("service/main/web") } }));
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ taskRoleArn: roles.taskRoleArn })));
  await as.send(new CreateTaskSetCommand({ cluster: "main", service: "web", taskDefinition: "web:1" }));
  await expect(as.send(new CreateTaskSetCommand({ cluster: "main", service: "web", taskDefinition: "web:2" }))).rejects.toMatchObject(denied("iam:PassRole", roles.taskRoleArn));
});
