import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import type { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { authorise } from "../../src/iam/authorise.ts";
import { attachRolePolicy, createPolicy, createRole, putRolePolicy } from "../../src/iam/create.ts";
import { asRole, mayAssume, passRole } from "../../src/iam/roles.ts";
import { startRehearsal, type ClientSettings } from "../support/rehearsal.ts";

const arn = "arn:aws:iam::123456789012:role/ci";
const caller = "arn:aws:sts::123456789012:assumed-role/ci/run-1";
const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (Principal: object): string => document({ Effect: "Allow", Action: "sts:AssumeRole", Principal });

/** A rehearsal with a role `ci` that has these statements, and settings of clients that are a session of it. */
async function startAs(statements: readonly object[], boundary?: readonly object[]): Promise<{ readonly rehearsal: AwsRehearsal; readonly client: ClientSettings }> {
  const { rehearsal, client } = await startRehearsal();
  const { parts } = rehearsal;
  const limit = boundary === undefined ? {} : { PermissionsBoundary: createPolicy(parts, { PolicyName: "limit", PolicyDocument: document(...boundary) }).arn };
  createRole(parts, { RoleName: "ci", AssumeRolePolicyDocument: trust({ AWS: "arn:aws:iam::123456789012:root" }), ...limit });
  if (statements.length > 0) putRolePolicy(parts, { RoleName: "ci", PolicyName: "own", PolicyDocument: document(...statements) });
  const { Credentials: { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = {} } = await new STSClient(client).send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "run-1" }));
  return { rehearsal, client: { ...client, credentials: { accessKeyId, secretAccessKey } } };
}

const listAll = new DescribeRepositoriesCommand({});
const action = "ecr:DescribeRepositories";
const start = `User: ${caller} is not authorized to perform: ${action} on resource: arn:aws:ecr:eu-west-1:123456789012:repository/*`;

it("denies a role what no policy allows, in AWS's words, and says so on the timeline", async () => {
  const { rehearsal, client } = await startAs([]);
  await expect(new ECRClient(client).send(listAll)).rejects.toMatchObject({ name: "AccessDeniedException", message: `${start} because no identity-based policy allows the ${action} action` });
  expect(rehearsal.parts.timeline.since().find(({ what }) => what === "denied")).toMatchObject({ actor: `caller:${caller}`, detail: { action } });
});

it("allows a role what a policy allows", async () => {
  const { client } = await startAs([{ Effect: "Allow", Action: "ecr:Describe*", Resource: "*" }]);
  expect((await new ECRClient(client).send(listAll)).repositories).toEqual([]);
});

it("names an explicit deny and its kind", async () => {
  const { client } = await startAs([{ Effect: "Allow", Action: "*", Resource: "*" }, { Effect: "Deny", Action: "ecr:*", Resource: "*" }]);
  await expect(new ECRClient(client).send(listAll)).rejects.toThrow(`${start} with an explicit deny in an identity-based policy`);
});

it("names the permissions boundary that does not allow it", async () => {
  const { client } = await startAs([{ Effect: "Allow", Action: "*", Resource: "*" }], [{ Effect: "Allow", Action: "ecs:*", Resource: "*" }]);
  await expect(new ECRClient(client).send(listAll)).rejects.toThrow(`${start} because no permissions boundary allows the ${action} action`);
});

it("names the permissions boundary that denies it", async () => {
  const { client } = await startAs([{ Effect: "Allow", Action: "*", Resource: "*" }], [{ Effect: "Deny", Action: "*", Resource: "*" }]);
  await expect(new ECRClient(client).send(listAll)).rejects.toThrow(`${start} with an explicit deny in a permissions boundary`);
});

it("calls it AccessDenied, with 403, where a service speaks or spoke the query protocol", async () => {
  const { client } = await startAs([]);
  const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
  await expect(new ElasticLoadBalancingV2Client(client).send(new DescribeTargetGroupsCommand({}))).rejects.toMatchObject(denied);
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand({}))).rejects.toMatchObject(denied);
});

it("asks for the role that is passed, and for the service that it is passed to", async () => {
  const { rehearsal } = await startAs([{ Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/task", Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } } }]);
  const as = asRole(rehearsal.parts, "ci", "run-1");
  const pass = (role: string, to: string): void => {
    authorise(as, [passRole(`arn:aws:iam::123456789012:role/${role}`, to)], rehearsal.parts);
  };
  expect(() => {
    pass("task", "ecs-tasks.amazonaws.com");
  }).not.toThrow();
  expect(() => {
    pass("task", "ec2.amazonaws.com");
  }).toThrow("iam:PassRole");
  expect(() => {
    pass("other", "ecs-tasks.amazonaws.com");
  }).toThrow("is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/other");
});

it("lets a service be a role that trusts it, and no other", async () => {
  const { parts } = (await startRehearsal()).rehearsal;
  createRole(parts, { RoleName: "task", AssumeRolePolicyDocument: trust({ Service: "ecs-tasks.amazonaws.com" }) });
  expect(mayAssume(parts, "task", { service: "ecs-tasks.amazonaws.com" })).toBe(true);
  expect(mayAssume(parts, "task", { service: "codedeploy.amazonaws.com" })).toBe(false);
  expect(mayAssume(parts, "nobody", { service: "ecs-tasks.amazonaws.com" })).toBe(false);
  expect(() => asRole(parts, "nobody", "x")).toThrow("The role with name nobody cannot be found.");
});

it("has the contents of AWS's own policies, and refuses one that it does not know", async () => {
  const { rehearsal } = await startAs([]);
  attachRolePolicy(rehearsal.parts, { RoleName: "ci", PolicyArn: "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS" });
  const listener = { action: "elasticloadbalancing:ModifyListener", resource: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2" };
  expect(() => {
    authorise(asRole(rehearsal.parts, "ci", "run-1"), [listener], rehearsal.parts);
  }).not.toThrow();
  expect(() => {
    attachRolePolicy(rehearsal.parts, { RoleName: "ci", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  }).toThrow("The rehearsal does not have the contents of AWS's policy arn:aws:iam::aws:policy/AdministratorAccess.");
});

it.each([
  ["not JSON", "{", "it is not JSON"],
  ["an effect that is none", document({ Effect: "Maybe", Action: "*", Resource: "*" }), "Statement"],
  ["an unknown member", document({ Effect: "Allow", Actions: "*", Resource: "*" }), "Statement"],
  ["no resource", document({ Effect: "Allow", Action: "*" }), "an identity policy's statement has a Resource"],
  ["a condition that it cannot judge", document({ Effect: "Allow", Action: "*", Resource: "*", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }), "does not know the condition operator IpAddress"],
])("refuses a policy with %s", async (_name, text, why) => {
  const { rehearsal } = await startAs([]);
  expect(() => {
    putRolePolicy(rehearsal.parts, { RoleName: "ci", PolicyName: "bad", PolicyDocument: text });
  }).toThrow(why);
});
