import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleCommandInput, type Credentials } from "@aws-sdk/client-sts";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import type { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { createOpenIdConnectProvider, createRole, putRolePolicy } from "../../src/iam/create.ts";
import { unsignedToken } from "../../src/services/sts/web-identity.ts";
import { startMs, startRehearsal, type ClientSettings } from "../support/rehearsal.ts";

const account = "123456789012";
const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (members: object): string => document({ Effect: "Allow", Action: "sts:AssumeRole", ...members });
const issuer = "https://token.actions.githubusercontent.com";

async function start(): Promise<{ readonly rehearsal: AwsRehearsal; readonly clock: VirtualClock; readonly client: ClientSettings; readonly as: (role: string) => Promise<ClientSettings> }> {
  const started = await startRehearsal();
  const { parts } = started.rehearsal;
  createRole(parts, { RoleName: "ci", AssumeRolePolicyDocument: trust({ Principal: { AWS: account } }), MaxSessionDuration: 7200 });
  putRolePolicy(parts, { RoleName: "ci", PolicyName: "own", PolicyDocument: document({ Effect: "Allow", Action: ["ecr:*", "sts:AssumeRole"], Resource: ["arn:aws:ecr:*", roleArn("by-account")] }) });
  createRole(parts, { RoleName: "by-name", AssumeRolePolicyDocument: trust({ Principal: { AWS: roleArn("ci") }, Condition: { StringEquals: { "sts:ExternalId": "42" } } }) });
  createRole(parts, { RoleName: "by-account", AssumeRolePolicyDocument: trust({ Principal: { AWS: `arn:aws:iam::${account}:root` } }) });
  createRole(parts, { RoleName: "not-allowed", AssumeRolePolicyDocument: trust({ Principal: { AWS: account } }) });
  createRole(parts, { RoleName: "task", AssumeRolePolicyDocument: trust({ Principal: { Service: "ecs-tasks.amazonaws.com" } }) });
  const { arn } = createOpenIdConnectProvider(parts, { Url: issuer, ClientIDList: ["sts.amazonaws.com"] });
  const Condition = { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" }, StringLike: { "token.actions.githubusercontent.com:sub": "repo:notes/notes:ref:refs/heads/*" } };
  createRole(parts, { RoleName: "github", AssumeRolePolicyDocument: document({ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: arn }, Condition }) });
  const as = async (role: string): Promise<ClientSettings> => withKeys(started.client, (await new STSClient(started.client).send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: "run-1" }))).Credentials);
  return { ...started, as };
}

const withKeys = (client: ClientSettings, { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" }: Partial<Credentials> = {}): ClientSettings => ({ ...client, credentials: { accessKeyId, secretAccessKey } });

it("hands out keys with which the caller is the role", async () => {
  const { as } = await start();
  expect((await new STSClient(await as("ci")).send(new GetCallerIdentityCommand())).Arn).toBe(`arn:aws:sts::${account}:assumed-role/ci/run-1`);
});

it("refuses the keys once they have expired", async () => {
  const { as, clock } = await start();
  const sts = new STSClient(await as("ci"));
  await clock.advance(3_599_000);
  await sts.send(new GetCallerIdentityCommand());
  await clock.advance(1000);
  await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({ name: "ExpiredTokenException", message: "The security token included in the request is expired" });
});

it("lets a session's policy only take away", async () => {
  const { client } = await start();
  const { Credentials: keys } = await new STSClient(client).send(new AssumeRoleCommand({ RoleArn: roleArn("ci"), RoleSessionName: "run-1", Policy: document({ Effect: "Allow", Action: "s3:*", Resource: "*" }) }));
  await expect(new ECRClient(withKeys(client, keys)).send(new DescribeRepositoriesCommand({}))).rejects.toThrow("because no session policy allows the ecr:DescribeRepositories action");
});

it.each<[string, string, AssumeRoleCommandInput["ExternalId"], string | undefined]>([
  ["named by the trust policy, with its condition met", "by-name", "42", undefined],
  ["with a condition that is not met", "by-name", "41", "because no role trust policy allows the sts:AssumeRole action"],
  ["trusted as one of the account, and allowed by its own policy", "by-account", undefined, undefined],
  ["trusted as one of the account, and not allowed by its own policy", "not-allowed", undefined, `on resource: ${roleArn("not-allowed")} because no identity-based policy allows the sts:AssumeRole action`],
  ["not trusted", "task", undefined, "because no role trust policy allows the sts:AssumeRole action"],
  ["asking for a role that is not there", "nobody", undefined, "because no role trust policy allows the sts:AssumeRole action"],
])("of a caller that is %s", async (_name, role, ExternalId, refusal) => {
  const { as } = await start();
  const answer = new STSClient(await as("ci")).send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: "next", ExternalId }));
  if (refusal === undefined) expect((await answer).AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/${role}/next`);
  else await expect(answer).rejects.toMatchObject({ name: "AccessDenied", message: expect.stringContaining(refusal) as string });
});

it.each<[string, Partial<AssumeRoleCommandInput>, string, string]>([
  ["under 900 s", { DurationSeconds: 899 }, "ValidationError", "Member must have value greater than or equal to 900"],
  ["over 12 h", { DurationSeconds: 43_201 }, "ValidationError", "Member must have value less than or equal to 43200"],
  ["over the role's limit", { DurationSeconds: 7201 }, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."],
  ["with a session name of one character", { RoleSessionName: "x" }, "ValidationError", "Member must have length greater than or equal to 2"],
  ["with a session name that has a space", { RoleSessionName: "a b" }, "ValidationError", "regular expression pattern"],
  ["with a role that is no ARN", { RoleArn: "ci" }, "ValidationError", "ci is invalid"],
  ["with a policy that is not JSON", { Policy: "{" }, "MalformedPolicyDocumentException", "it is not JSON"],
])("refuses a session %s", async (_name, input, name, message) => {
  const { client } = await start();
  await expect(new STSClient(client).send(new AssumeRoleCommand({ RoleArn: roleArn("ci"), RoleSessionName: "run-1", ...input }))).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
});

it("gives a chain of roles at most an hour", async () => {
  const { as } = await start();
  const answer = new STSClient(await as("ci")).send(new AssumeRoleCommand({ RoleArn: roleArn("by-account"), RoleSessionName: "next", DurationSeconds: 3601 }));
  await expect(answer).rejects.toThrow("exceeds the 1 hour session limit for roles assumed by role chaining");
});

const claims = { iss: issuer, aud: "sts.amazonaws.com", sub: "repo:notes/notes:ref:refs/heads/main", exp: startMs / 1000 + 300 };

it("takes a CI server's token without a signature of AWS's", async () => {
  const { client } = await start();
  const anonymous = new STSClient({ endpoint: client.endpoint, region: client.region });
  const answer = await anonymous.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn("github"), RoleSessionName: "run-1", WebIdentityToken: unsignedToken(claims) }));
  expect(answer).toMatchObject({ Audience: "sts.amazonaws.com", SubjectFromWebIdentityToken: claims.sub, AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/github/run-1` } });
  expect((await new STSClient(withKeys(client, answer.Credentials)).send(new GetCallerIdentityCommand())).Arn).toBe(answer.AssumedRoleUser?.Arn);
});

it("holds the claims that AWS knows of GitHub's tokens against a role's conditions, and no others", async () => {
  const { client, rehearsal } = await start();
  const claim = (name: string): string => `token.actions.githubusercontent.com:${name}`;
  const Federated = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const main = "notes/notes/.github/workflows/release.yml@refs/heads/main";
  for (const [name, key, value] of [["by-file", "job_workflow_ref", main], ["by-event", "event_name", "push"]] as const) {
    createRole(rehearsal.parts, { RoleName: name, AssumeRolePolicyDocument: document({ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated }, Condition: { StringEquals: { [claim(key)]: value } } }) });
  }
  const take = async (role: string, more: object): Promise<unknown> => new STSClient(client).send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn(role), RoleSessionName: "run-1", WebIdentityToken: unsignedToken({ ...claims, ...more }) }));
  await expect(take("by-file", { job_workflow_ref: main })).resolves.toMatchObject({ Audience: "sts.amazonaws.com" });
  await expect(take("by-file", { job_workflow_ref: main.replace("main", "other") })).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(take("by-file", {})).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(take("by-event", { event_name: "push" })).rejects.toMatchObject({ name: "AccessDenied" });
});

it.each([
  ["is no token", "nonsense", "InvalidIdentityTokenException", "not a valid JWT"],
  ["has no claims", "a.b.c", "InvalidIdentityTokenException", "not a valid JWT"],
  ["is of an unknown issuer", unsignedToken({ ...claims, iss: "https://example.org" }), "InvalidIdentityTokenException", "No OpenIDConnect provider found in your account for https://example.org"],
  ["is for somebody else", unsignedToken({ ...claims, aud: "other" }), "InvalidIdentityTokenException", "Incorrect token audience"],
  ["has expired", unsignedToken({ ...claims, exp: startMs / 1000 }), "ExpiredTokenException", "Token expired"],
  ["is of a pull request", unsignedToken({ ...claims, sub: "repo:notes/notes:pull_request" }), "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"],
])("refuses a token that %s", async (_name, WebIdentityToken, name, message) => {
  const { client } = await start();
  const answer = new STSClient(client).send(new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn("github"), RoleSessionName: "run-1", WebIdentityToken }));
  await expect(answer).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
});
