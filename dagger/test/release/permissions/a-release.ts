import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogStreamCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  StopDeploymentCommand,
  type CreateDeploymentCommandInput,
  type RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import { BatchCheckLayerAvailabilityCommand, BatchGetImageCommand, DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { DescribeTasksCommand, ListTasksCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import { codedeploySlice } from "../../../../ci/rehearsal/src/services/codedeploy/state.ts";
import { makeAppSpec } from "../../../src/release/appspec.ts";
import { observe } from "../../../src/release/observe/observe.ts";
import type { Doing } from "./prove-policy.ts";

/** Names of the secrets that the Notes world has. */
export function worldSecrets(): string[] {
  const world = z.object({ resource: z.object({ aws_secretsmanager_secret: z.record(z.string(), z.object({ name: z.string() })) }) });
  const text = readFileSync(new URL("../../../../ci/rehearsal/worlds/notes.tf.json", import.meta.url), "utf8");
  return Object.values(world.parse(JSON.parse(text)).resource.aws_secretsmanager_secret).map(({ name }) => name);
}

/** Everything that `plan`, `preflight`, `status` and `history` look at, what `watch` does when a task has died, and what checks of a release ask. */
export const look: Doing = async (clients, world) => {
  const { clients: operator, clock, names } = world;
  const { unread } = await observe(clients, { names, clock, repositories: { proxy: repositoryName }, tag: "bootstrap", secrets: { SECRET: worldSecrets()[0] ?? "" }, ended: 10 });
  if (unread.length > 0) throw new Error(unread.map(({ part, why }) => `${part}: ${why}`).join("\n"));
  const [ecs, logs] = await Promise.all([clients.ecs(), clients.logs()]);
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: names.cluster }));
  await ecs.send(new DescribeTasksCommand({ cluster: names.cluster, tasks: taskArns }));
  const stream = { logGroupName: "/ecs/notes", logStreamName: "notes/proxy/one" };
  await (await operator.logs()).send(new CreateLogStreamCommand(stream)).catch(() => undefined);
  await logs.send(new GetLogEventsCommand(stream));
  await (await clients.elb()).send(new DescribeLoadBalancersCommand({ Names: ["notes-lb"] }));
  const metric = { Namespace: "AWS/ApplicationELB", MetricName: "RequestCount" };
  await (await clients.cloudwatch()).send(new GetMetricDataCommand({ StartTime: new Date(clock.now() - 60_000), EndTime: new Date(clock.now()), MetricDataQueries: [{ Id: "requests", MetricStat: { Metric: metric, Period: 60, Stat: "Sum" } }] }));
};

/** A push, a release that is hurried at its end, one that is stopped, and a rollback that heeds no alarm. */
export const release: Doing = async (clients, world) => {
  const { clock, names, rehearsal, untilOver } = world;
  await look(clients, world);
  await push(clients);
  const [ecs, codedeploy] = await Promise.all([clients.ecs(), clients.codedeploy()]);
  const role = (name: string): string => `arn:aws:iam::${rehearsal.parts.world.account}:role/${name}`;
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: names.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      executionRoleArn: role(names.executionRole),
      taskRoleArn: role(names.taskRole),
      containerDefinitions: [{ name: "proxy", image: `${(await repositoryUri(clients)) ?? ""}:bootstrap`, portMappings: [{ containerPort: 8080 }] }],
      tags: [{ key: "commit", value: "c0ffee0" }],
    }),
  );
  const { sha256, content } = makeAppSpec({ taskDefinitionArn: registered.taskDefinition?.taskDefinitionArn ?? "", container: "proxy", port: 8080, hooks: {} });
  const revision: RevisionLocation = { revisionType: "AppSpecContent", appSpecContent: { sha256, content } };
  const begin = async (more: Partial<CreateDeploymentCommandInput> = {}): Promise<string> => (await codedeploy.send(new CreateDeploymentCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup, revision, ...more }))).deploymentId ?? "";

  const first = await begin();
  await codedeploy.send(new GetDeploymentCommand({ deploymentId: first }));
  await clock.runUntil(() => rehearsal.parts.world.slice(codedeploySlice).deployments.some(({ id, stage }) => id === first && stage === "TerminationWait"));
  await codedeploy.send(new GetDeploymentTargetCommand({ deploymentId: first, targetId: `${names.cluster}:${names.service}` }));
  await codedeploy.send(new ContinueDeploymentCommand({ deploymentId: first, deploymentWaitType: "TERMINATION_WAIT" }));
  await untilOver();

  const second = await begin();
  await codedeploy.send(new StopDeploymentCommand({ deploymentId: second, autoRollbackEnabled: true }));
  await untilOver();

  await begin({ overrideAlarmConfiguration: { enabled: false } });
  await untilOver();
  await look(clients, world);
};

const repositoryName = "notes-proxy";

async function repositoryUri(clients: Parameters<Doing>[0]): Promise<string | undefined> {
  const { repositories: [repository] = [] } = await (await clients.ecr()).send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  return repository?.repositoryUri;
}

/** What Skopeo does: is the layer there, send it in pieces, then the manifest; and a layer is read again. */
async function push(clients: Parameters<Doing>[0]): Promise<void> {
  const ecr = await clients.ecr();
  const { authorizationData: [access] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const registry = `${access?.proxyEndpoint ?? ""}/v2/${repositoryName}`;
  const ask = async (method: string, path: string, body?: string, type = "application/octet-stream"): Promise<Response> => {
    const answer = await fetch(path.startsWith("http") ? path : `${registry}${path}`, { method, headers: { authorization: `Basic ${access?.authorizationToken ?? ""}`, ...(body === undefined ? {} : { "content-type": type }) }, ...(body === undefined ? {} : { body }) });
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()} ${answer.headers.get("www-authenticate") ?? ""}`);
    return answer;
  };
  const send = async (content: string): Promise<string> => {
    const digest = digestOf(content);
    // An answer to HEAD has no text, and cannot say what was missing; the API can.
    await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digest] }));
    const there = await ask("HEAD", `/blobs/${digest}`);
    if (there.ok) return digest;
    const location = async (answer: Promise<Response>): Promise<string> => new URL((await answer).headers.get("location") ?? "", registry).href;
    const upload = await location(ask("PATCH", await location(ask("POST", "/blobs/uploads/", "")), content));
    await ask("PUT", `${upload}${upload.includes("?") ? "&" : "?"}digest=${digest}`, "");
    return digest;
  };
  const config = await send("{}");
  const layer = await send("a layer");
  const blob = (digest: string, size: number, mediaType: string) => ({ digest, size, mediaType: `application/vnd.docker.${mediaType}` });
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: blob(config, 2, "container.image.v1+json"), layers: [blob(layer, 7, "image.rootfs.diff.tar.gzip")] });
  await ask("PUT", "/manifests/c0ffee0", manifest, manifestType);
  await ask("GET", `/blobs/${layer}`);
  await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "c0ffee0" }] }));
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const digestOf = (content: string): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;
