import { CreateServiceCommand, RegisterTaskDefinitionCommand, type ContainerDefinition } from "@aws-sdk/client-ecs";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogStreamsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect, it } from "vitest";
import { faults } from "../../../src/faults/faults.ts";
import { createRole, putRolePolicy } from "../../../src/iam/create.ts";
import { createSecret } from "../../../src/services/secretsmanager/create.ts";
import { environmentSource, secretSource } from "../../../src/services/secretsmanager/secret-source.ts";
import { createParameter } from "../../../src/services/ssm/create.ts";
import { pushImage, type Ask } from "../../registry/support/push-image.ts";
import { serviceInput, setUpEcs, taskDefinitionInput, type EcsSetting } from "./setting.ts";

const planted = "planted-value-for-the-test";
const roleArn = "arn:aws:iam::123456789012:role/execution";
const document = (Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const but = (Action: string): readonly object[] => [everything, { Effect: "Deny", Action, Resource: "*" }];

interface Wanted {
  readonly statements?: readonly object[];
  readonly trusts?: string;
  readonly secretTags?: Readonly<Record<string, string>>;
  readonly container?: (names: { readonly secretArn: string; readonly registry: string }) => Partial<ContainerDefinition>;
  readonly prepare?: (setting: EcsSetting) => void | Promise<void>;
}

/** A service of one task, with a secret, a parameter, a log group and an image `notes:1` in the registry. */
async function start({ statements = [everything], trusts = "ecs-tasks.amazonaws.com", container = () => ({}), prepare = () => undefined, secretTags = {} }: Wanted): Promise<EcsSetting> {
  const setting = await setUpEcs({ images: [""], prepare: (parts) => { parts.provide(secretSource, environmentSource({ REHEARSAL_SECRET_NOTES_DATABASE: JSON.stringify({ password: planted }), REHEARSAL_SECRET_PROD_COLOUR: "blue" })); } });
  const { parts, url } = setting.rehearsal;
  createRole(parts, { RoleName: "execution", AssumeRolePolicyDocument: document([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: trusts } }]) });
  putRolePolicy(parts, { RoleName: "execution", PolicyName: "own", PolicyDocument: document(statements) });
  const { arn: secretArn } = createSecret(parts, { name: "notes/database", tags: secretTags });
  createParameter(parts, { name: "/prod/colour", type: "String" });
  await new CloudWatchLogsClient(setting.client).send(new CreateLogGroupCommand({ logGroupName: "/ecs/web" }));
  await push(setting);
  await prepare(setting);
  const definition = { name: "proxy", image: "web:1", portMappings: [{ containerPort: 8080 }], ...container({ secretArn, registry: new URL(url).host }) };
  await setting.ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ executionRoleArn: roleArn, containerDefinitions: [definition] })));
  await setting.ecs.send(new CreateServiceCommand(serviceInput({ desiredCount: 1 })));
  await setting.clock.advance(1500);
  return setting;
}

async function push({ client, rehearsal }: EcsSetting): Promise<void> {
  const ecr = new ECRClient(client);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "notes" }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
  const ask: Ask = async (method, path, { headers = {}, body } = {}) => fetch(new URL(path, rehearsal.url), { method, headers: { authorization, ...headers }, ...(body === undefined ? {} : { body }) });
  await pushImage(ask, "notes", "1");
}

const secret = ({ secretArn }: { readonly secretArn: string }): Partial<ContainerDefinition> => ({ secrets: [{ name: "PASSWORD", valueFrom: `${secretArn}:password::` }] });
const image = ({ registry }: { readonly registry: string }): Partial<ContainerDefinition> => ({ image: `${registry}/notes:1` });
const logs = (options: Record<string, string> = {}): Partial<ContainerDefinition> => ({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "app", ...options } } });

it("gives a container its secrets and parameters, and tells them nobody", async () => {
  const setting = await start({ container: ({ secretArn }) => ({ secrets: [...(secret({ secretArn }).secrets ?? []), { name: "COLOUR", valueFrom: "/prod/colour" }, { name: "ALL", valueFrom: secretArn }] }) });
  expect(setting.containers[0]?.environment).toEqual({ PASSWORD: planted, COLOUR: "blue", ALL: JSON.stringify({ password: planted }) });
  expect(JSON.stringify([setting.rehearsal.parts.timeline.since(), setting.rehearsal.parts.world, await setting.tasks()])).not.toContain(planted);
});

it("runs an image of its registry with the right to pull it, and writes its lines to <prefix>/<container>/<task>", async () => {
  const allowed = (Action: readonly string[], Resource: string): object => ({ Effect: "Allow", Action, Resource });
  const statements = [allowed(["ecr:GetAuthorizationToken"], "*"), allowed(["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], "arn:aws:ecr:eu-west-1:123456789012:repository/notes"), allowed(["logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:log-stream:app/*")];
  const setting = await start({ statements, container: (names) => ({ ...image(names), ...logs() }) });
  const cloudwatchLogs = new CloudWatchLogsClient(setting.client);
  // The stream is there before the container has said anything.
  expect((await cloudwatchLogs.send(new DescribeLogStreamsCommand({ logGroupName: "/ecs/web" }))).logStreams).toMatchObject([{ logStreamName: expect.stringMatching(/^app\/proxy\/\w{32}$/) as string }]);
  setting.containers[0]?.log("hello");
  const { events } = await cloudwatchLogs.send(new FilterLogEventsCommand({ logGroupName: "/ecs/web" }));
  const id = (await setting.tasks())[0]?.taskArn?.split("/").at(-1) ?? "";
  expect(events).toMatchObject([{ logStreamName: `app/proxy/${id}`, message: "hello" }]);
});

const unable = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve";
const user = "User: arn:aws:sts::123456789012:assumed-role/execution/ecs-execution is not authorized to perform:";
const failures: readonly (readonly [string, Wanted, string | RegExp])[] = [
  ["a secret that the execution role may not read", { statements: but("secretsmanager:GetSecretValue"), container: secret }, `${unable} secret from asm: service call has been retried 1 time(s): failed to fetch secret`],
  ["a secret that is not there", { container: () => secret({ secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone-AbCdEf" }) }, "from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."],
  ["a secret that a fault takes away", { container: secret, prepare: ({ rehearsal }) => { rehearsal.parts.get(faults).inject({ kind: "secret-missing", secret: "notes/", when: {} }); } }, "ResourceNotFoundException: Secrets Manager can't find the specified secret."],
  ["a member that the secret has not", { container: ({ secretArn }) => ({ secrets: [{ name: "USER", valueFrom: `${secretArn}:user::` }] }) }, `${unable} secret from asm`],
  ["a parameter that the execution role may not read", { statements: but("ssm:GetParameters"), container: () => ({ secrets: [{ name: "COLOUR", valueFrom: "/prod/colour" }] }) }, `${user} ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/prod/colour`],
  ["a parameter that is not there", { container: () => ({ secrets: [{ name: "COLOUR", valueFrom: "/prod/gone" }] }) }, `${unable} secret from ssm: service call has been retried 1 time(s): invalid ssm parameters: /prod/gone`],
  ["a role that does not trust ECS", { trusts: "ec2.amazonaws.com", container: secret }, `ECS was unable to assume the role '${roleArn}' that was provided for this task.`],
  ["a role without a token for the registry", { statements: but("ecr:GetAuthorizationToken"), container: image }, `${unable} ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${user} ecr:GetAuthorizationToken on resource: *`],
  ["a role that may not get the image", { statements: but("ecr:BatchGetImage"), container: image }, /^CannotPullContainerError: .* failed to resolve ref 127\.0\.0\.1:\d+\/notes:1: pulling from host 127\.0\.0\.1:\d+ failed with status code \[manifests 1\]: 403 Forbidden$/],
  ["a role that may not get its layers", { statements: but("ecr:GetDownloadUrlForLayer"), container: image }, "403 Forbidden"],
  ["an image that the rehearsal's registry has not", { container: ({ registry }) => ({ image: `${registry}/notes:2` }) }, /^CannotPullContainerError: .*\/notes:2: not found$/],
  ["an image that AWS's name for the registry has not", { container: () => ({ image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes:2" }) }, /^CannotPullContainerError: .*\/notes:2: not found$/],
  ["an image that a fault takes away", { container: image, prepare: ({ rehearsal }) => { rehearsal.parts.get(faults).inject({ kind: "image-pull", image: "notes", when: {} }); } }, /^CannotPullContainerError: .*\/notes:1: not found$/],
  ["a log group that is not there", { container: () => logs({ "awslogs-group": "/ecs/gone" }) }, "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."],
  ["a log stream that the execution role may not make", { statements: but("logs:CreateLogStream"), container: () => logs() }, `${user} logs:CreateLogStream`],
];

it.each(failures)("does not start a task for %s, and says why as AWS does", async (_name, wanted, reason) => {
  const setting = await start(wanted);
  const [task] = await setting.tasks("STOPPED");
  expect(task).toMatchObject({ stopCode: "TaskFailedToStart", stoppedReason: typeof reason === "string" ? (expect.stringContaining(reason) as string) : (expect.stringMatching(reason) as string) });
  expect(setting.containers).toEqual([]);
  expect(task?.containers?.[0]?.reason).toBe(task?.stoppedReason?.startsWith("CannotPull") === true ? task.stoppedReason : undefined);
});

it("reads a secret that has the tag that the execution role's policy asks for", async () => {
  const statement = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*", Condition: { StringEquals: { "secretsmanager:ResourceTag/team": "notes" } } };
  expect((await start({ statements: [statement], container: secret })).containers).toEqual([]);
  expect((await start({ statements: [statement], secretTags: { team: "notes" }, container: secret })).containers).toHaveLength(1);
});

it("makes a log group where a container asks for it and the role may", async () => {
  const setting = await start({ container: () => logs({ "awslogs-group": "/ecs/new", "awslogs-create-group": "true" }) });
  expect(setting.containers).toHaveLength(1);
  const denied = await start({ statements: but("logs:CreateLogGroup"), container: () => logs({ "awslogs-group": "/ecs/new", "awslogs-create-group": "true" }) });
  expect((await denied.tasks("STOPPED"))[0]?.stoppedReason).toContain("logs:CreateLogGroup");
});
