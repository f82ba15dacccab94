import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AwsRehearsal } from "../rehearsal/src/aws-rehearsal.ts";
import { writeRunning } from "../rehearsal/src/command-line/running.ts";
import { operatorKey } from "../rehearsal/src/iam/access-keys.ts";
import { codedeploySlice } from "../rehearsal/src/services/codedeploy/state.ts";
import { ecrSlice } from "../rehearsal/src/services/ecr/state.ts";
import { ecsSlice } from "../rehearsal/src/services/ecs/state.ts";
import { secretSource } from "../rehearsal/src/services/secretsmanager/secret-source.ts";
import { takeState } from "../rehearsal/src/state/state-lock.ts";
import { InProcessTaskProvider } from "../rehearsal/src/tasks/in-process-provider.ts";
import { taskProvider } from "../rehearsal/src/tasks/task-provider.ts";
import { fromTerraform } from "../rehearsal/src/world/from-terraform.ts";

/**
 * How long a release takes until its deployment begins, and from the
 * deployment's end until the command ends:
 *   node ci/bench/create-deployment.ts
 * The rival, in the same run and on the same rehearsal, is `aws ecs deploy`, where
 * `aws` is installed (`pip install awscli`). It looks at nothing beforehand but the
 * service and the group; ours has looked at everything. Each is a process of its
 * own, by turns; the quickest of each counts.
 */

const rounds = 3;
const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "ci/local/src/release/main.ts");
const folder = await mkdtemp(join(tmpdir(), "gitops-bench-"));

interface Started {
  readonly rehearsal: AwsRehearsal;
  readonly state: string;
  readonly end: () => Promise<void>;
}
interface Figures {
  readonly beganMs: number;
  readonly calls: readonly string[];
  readonly endedMs: number;
}

try {
  await benchmark();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function benchmark(): Promise<void> {
  const clone = await application();
  const measure = async (start: (started: Started) => ChildProcess): Promise<Figures> => {
    const started = await startRehearsal(clone.commit);
    try {
      return await follow(started.rehearsal, () => start(started));
    } finally {
      await started.end();
    }
  };
  const ours = async (): Promise<Figures> => measure(({ state }) => spawn(process.execPath, [main, "deploy", "--rehearsal", state], { cwd: clone.root, stdio: "ignore" }));
  const theirs = async (): Promise<Figures> => measure(({ rehearsal }) => spawn("aws", rivalArguments(), { stdio: "ignore", env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.url, AWS_ACCESS_KEY_ID: operatorKey.accessKeyId, AWS_SECRET_ACCESS_KEY: operatorKey.secretAccessKey, AWS_DEFAULT_REGION: "eu-west-1" } }));
  await writeRival();
  const isThere = hasAws();
  const all: { readonly ours: Figures[]; readonly theirs: Figures[] } = { ours: [], theirs: [] };
  // The first run of ours fills Node's cache of compiled files, as that of any earlier command does.
  await ours();
  for (let round = 0; round < rounds; round += 1) {
    all.ours.push(await ours());
    if (isThere) all.theirs.push(await theirs());
  }
  const [best, rival] = [quickest(all.ours), quickest(all.theirs)];
  if (best === undefined) throw new Error("nothing was measured");
  print("from start to CreateDeployment", best.beganMs, rival?.beganMs, "0.5 x");
  print("calls until then", best.calls.length, rival?.calls.length, "");
  print("from the deployment's end to the command's", Math.min(...all.ours.map(({ endedMs }) => endedMs)), rival === undefined ? undefined : Math.min(...all.theirs.map(({ endedMs }) => endedMs)), "at most 2000 ms");
  console.log(`ours: ${best.calls.join(" ")}${rival === undefined ? "" : `\ntheirs: ${rival.calls.join(" ")}`}`);
}

function quickest(figures: readonly Figures[]): Figures | undefined {
  return figures.toSorted((one, other) => one.beganMs - other.beganMs)[0];
}

function print(what: string, ours: number, theirs: number | undefined, target: string): void {
  const rival = theirs === undefined ? "aws is not on the path: not measured" : `${(ours / theirs).toFixed(2)} x aws ecs deploy (${theirs.toFixed(0)})`;
  console.log(`${what.padEnd(44)} ${ours.toFixed(0).padStart(6)}   ${rival}${target === "" ? "" : `   target: ${target}`}`);
}

function hasAws(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A clean clone of an application that is released like this repository's. */
async function application(): Promise<{ readonly root: string; readonly commit: string }> {
  const clone = join(folder, "application");
  const { release, ...config } = JSON.parse(await readFile(join(root, "gitops.json"), "utf8")) as { release: Record<string, unknown> };
  for (const path of ["services/task-definition.json", "services/compose.yaml", "services/proxy/nginx.conf.template"]) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await cp(join(root, path), join(clone, path));
  }
  // Without checks of its own, which the rival does not have.
  await writeFile(join(clone, "gitops.json"), JSON.stringify({ ...config, release: { ...release, analysis: undefined, hooks: undefined, rehearsal: undefined } }));
  const git = (...args: string[]): string => execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd: clone, encoding: "utf8" }).trim();
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "A commit");
  return { root: clone, commit: git("rev-parse", "HEAD") };
}

/** The Notes world with tasks in this process. Its time runs as the machine's: only what the deployment itself waits for is taken out. */
async function startRehearsal(commit: string): Promise<Started> {
  const state = await mkdtemp(join(folder, "state-"));
  const world = JSON.parse(await readFile(join(root, "ci/rehearsal/worlds/notes.tf.json"), "utf8")) as { resource: { aws_codedeploy_deployment_group: { notes: Record<string, unknown> } } };
  const group = world.resource.aws_codedeploy_deployment_group.notes;
  group["deployment_config_name"] = "CodeDeployDefault.ECSAllAtOnce";
  group["blue_green_deployment_config"] = { deployment_ready_option: { action_on_timeout: "CONTINUE_DEPLOYMENT" }, terminate_blue_instances_on_deployment_success: { action: "TERMINATE", termination_wait_time_in_minutes: 0 } };
  await mkdir(join(state, "world"));
  await writeFile(join(state, "world", "cdk.tf.json"), JSON.stringify(world));
  const rehearsal = await new AwsRehearsal({
    speed: 1,
    prepare: (parts) => {
      parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: { "": () => () => new Response("ok") } }));
      parts.provide(secretSource, { valueOf: () => JSON.stringify({ username: "bench", password: "made-up" }) });
    },
  }).start();
  const { parts } = rehearsal;
  await fromTerraform(join(state, "world"), parts);
  for (const repository of parts.world.slice(ecrSlice).repositories) {
    for (const tag of ["bootstrap", commit.slice(0, 7)]) repository.images.push({ digest: `sha256:${createHash("sha256").update(`${repository.name}:${tag}`).digest("hex")}`, mediaType: "application/vnd.docker.distribution.manifest.v2+json", tags: [tag], pushedMs: parts.clock.now(), sizeBytes: 1000 });
  }
  const giveBack = takeState(state);
  writeRunning(state, { pid: process.pid, url: rehearsal.url, id: rehearsal.id, ignored: [] });
  await until(() => parts.world.slice(ecsSlice).taskSets.some(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  return {
    rehearsal,
    state,
    end: async () => {
      giveBack?.();
      await rehearsal.stop();
    },
  };
}

async function follow({ parts }: AwsRehearsal, start: () => ChildProcess): Promise<Figures> {
  const before = parts.timeline.since().at(-1)?.number ?? 0;
  const deployments = parts.world.slice(codedeploySlice).deployments;
  const startedAt = performance.now();
  const process = start();
  const exited = once(process, "exit");
  await until(() => deployments.length > 0 || process.exitCode !== null);
  const beganMs = performance.now() - startedAt;
  if (deployments.length === 0) throw new Error(`no deployment was created; the command ended with ${String(process.exitCode)}`);
  const calls = parts.timeline.since(before).flatMap(({ what, detail }) => (what === "call" ? [`${wordOf(detail["service"])}:${wordOf(detail["operation"])}`] : []));
  await until(() => deployments[0]?.completedMs !== undefined);
  if (deployments[0]?.status !== "Succeeded") throw new Error(`the deployment has ended as ${deployments[0]?.status ?? ""}`);
  const endedAt = performance.now();
  await exited;
  return { beganMs, calls, endedMs: performance.now() - endedAt };
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function rivalFile(name: string): string {
  return join(folder, name);
}
async function writeRival(): Promise<void> {
  await writeFile(rivalFile("task.json"), JSON.stringify({ family: "notes-task", cpu: "256", memory: "512", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], executionRoleArn: "arn:aws:iam::123456789012:role/notes-execution", taskRoleArn: "arn:aws:iam::123456789012:role/notes-task", containerDefinitions: [{ name: "proxy", image: "127.0.0.1:1/notes-proxy:bootstrap", portMappings: [{ containerPort: 8080 }] }] }));
  await writeFile(rivalFile("appspec.json"), JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: "x", LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] }));
}
function rivalArguments(): string[] {
  return ["ecs", "deploy", "--cluster", "notes-cluster", "--service", "notes-service", "--task-definition", rivalFile("task.json"), "--codedeploy-appspec", rivalFile("appspec.json"), "--codedeploy-application", "notes", "--codedeploy-deployment-group", "notes-dg"];
}
