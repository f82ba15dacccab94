import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { pack } from "tar-stream";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { ecrSlice } from "../../src/services/ecr/state.ts";
import { clientSettings } from "../support/rehearsal.ts";
import { makeImage } from "../registry/support/push-image.ts";
import { appSpec } from "../services/codedeploy/inputs.ts";
import { taskDefinitionInput } from "../services/ecs/setting.ts";
import { clientEnvironment, isOnPath, pythonPrograms } from "./programs.ts";
import { startForClients } from "./release.ts";

const [hasPython, hasSkopeo] = await Promise.all([isOnPath("python3"), isOnPath("skopeo")]);
let programs = "";
beforeAll(async () => {
  if (hasPython) programs = await pythonPrograms();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-client-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The AWS CLI in an environment with the rehearsal's variables alone. */
async function awsOf(rehearsal: Parameters<typeof clientEnvironment>[0]): Promise<(...args: readonly string[]) => Promise<string>> {
  const env = await clientEnvironment(rehearsal);
  return async (...args) => (await execa(join(programs, "aws"), args, { env, extendEnv: false })).stdout;
}

it("the AWS CLI releases, waits for it, sees healthy targets and logs in to the registry", async ({ skip }) => {
  skip(!hasPython, "python3 is not on PATH");
  const { rehearsal, green } = await startForClients();
  const aws = await awsOf(rehearsal);
  const folder = await temporaryFolder();
  await writeFile(join(folder, "task-definition.json"), JSON.stringify(taskDefinitionInput()));
  await writeFile(join(folder, "appspec.json"), appSpec());
  // It looks every 15 seconds.
  const said = await aws("ecs", "deploy", "--cluster", "main", "--service", "web", "--task-definition", join(folder, "task-definition.json"), "--codedeploy-appspec", join(folder, "appspec.json"), "--codedeploy-application", "web", "--codedeploy-deployment-group", "web");
  const [deploymentId = ""] = /d-[A-Z0-9]{9}/.exec(said) ?? [];
  expect(said).toContain("Successfully deployed");
  await aws("deploy", "wait", "deployment-successful", "--deployment-id", deploymentId);
  expect(JSON.parse(await aws("deploy", "get-deployment", "--deployment-id", deploymentId))).toMatchObject({ deploymentInfo: { status: "Succeeded", creator: "user" } });
  const health = JSON.parse(await aws("elbv2", "describe-target-health", "--target-group-arn", green)) as { readonly TargetHealthDescriptions: readonly unknown[] };
  expect(health.TargetHealthDescriptions).toMatchObject([{ TargetHealth: { State: "healthy" } }, { TargetHealth: { State: "healthy" } }]);
  expect(await aws("ecr", "get-login-password")).not.toBe("");
  expect(JSON.parse(await aws("sts", "get-caller-identity"))).toMatchObject({ Account: "123456789012" });
  await expect(aws("dynamodb", "list-tables")).rejects.toThrow("The rehearsal has no service dynamodb (asked for ListTables).");
});

const releaseByBoto = `
import json, sys, boto3
content = sys.stdin.read()
codedeploy = boto3.client("codedeploy")
made = codedeploy.create_deployment(applicationName="web", deploymentGroupName="web", revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}})
id = made["deploymentId"]
codedeploy.get_waiter("deployment_successful").wait(deploymentId=id, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
target = codedeploy.get_deployment_target(deploymentId=id, targetId="main:web")["deploymentTarget"]["ecsTarget"]
alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
task_sets = boto3.client("ecs").describe_services(cluster="main", services=["web"])["services"][0]["taskSets"]
print(json.dumps({"events": [event["status"] for event in target["lifecycleEvents"]], "alarms": alarms, "externalId": task_sets[-1]["externalId"] == id}))
`;

it("boto3 releases, and its waiter sees the end", async ({ skip }) => {
  skip(!hasPython, "python3 is not on PATH");
  const { rehearsal } = await startForClients();
  const { stdout } = await execa(join(programs, "python"), ["-c", releaseByBoto], { input: appSpec(), env: await clientEnvironment(rehearsal), extendEnv: false });
  expect(JSON.parse(stdout)).toEqual({ events: Array.from({ length: 8 }, () => "Succeeded"), alarms: [], externalId: true });
});

it("boto3's waiter fails with a deployment that does", async ({ skip }) => {
  skip(!hasPython, "python3 is not on PATH");
  const { rehearsal } = await startForClients();
  const failing = await execa(join(programs, "python"), ["-c", releaseByBoto], { input: "a: [", env: await clientEnvironment(rehearsal), extendEnv: false, reject: false });
  expect(failing.stderr).toContain("Waiter DeploymentSuccessful failed");
});

it("skopeo copies an image to the registry, by its tag and with its digest", async ({ skip }) => {
  skip(!hasSkopeo, "skopeo is not on PATH");
  const { rehearsal } = await startForClients();
  const env = await clientEnvironment(rehearsal);
  const folder = await temporaryFolder();
  const { authorizationData } = await new ECRClient(clientSettings(rehearsal)).send(new GetAuthorizationTokenCommand());
  const credentials = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
  const { layer, config } = await makeImage("hello");
  const archive = pack();
  archive.entry({ name: "layer.tar" }, layer);
  archive.entry({ name: "config.json" }, config);
  archive.entry({ name: "manifest.json" }, JSON.stringify([{ Config: "config.json", RepoTags: ["web:v1"], Layers: ["layer.tar"] }]));
  archive.finalize();
  await pipeline(archive, createWriteStream(join(folder, "image.tar")));
  const registry = `docker://${new URL(rehearsal.url).host}/web`;
  const skopeo = async (...args: readonly string[]): Promise<string> => (await execa("skopeo", args, { env, extendEnv: false })).stdout;
  await skopeo("copy", "--dest-tls-verify=false", "--dest-creds", credentials, "--digestfile", join(folder, "digest"), `docker-archive:${join(folder, "image.tar")}`, `${registry}:v1`);
  const [repository] = rehearsal.parts.world.slice(ecrSlice).repositories;
  const digest = (await execa("cat", [join(folder, "digest")])).stdout.trim();
  expect(JSON.stringify(repository)).toContain(digest);
  expect(JSON.parse(await skopeo("inspect", "--tls-verify=false", "--creds", credentials, `${registry}@${digest}`))).toMatchObject({ Digest: digest });
});
