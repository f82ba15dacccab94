import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { AwsRehearsal } from "../../../../ci/rehearsal/src/aws-rehearsal.ts";
import { VirtualClock } from "../../../../ci/rehearsal/src/clock/virtual-clock.ts";
import { faultSchema } from "../../../../ci/rehearsal/src/faults/fault.ts";
import { faults } from "../../../../ci/rehearsal/src/faults/faults.ts";
import { hookTargets, type HookTarget } from "../../../../ci/rehearsal/src/services/codedeploy/hooks.ts";
import { codedeploySlice, isActive } from "../../../../ci/rehearsal/src/services/codedeploy/state.ts";
import { ecrSlice, repositoryUri } from "../../../../ci/rehearsal/src/services/ecr/state.ts";
import { ecsSlice } from "../../../../ci/rehearsal/src/services/ecs/state.ts";
import { secretSource } from "../../../../ci/rehearsal/src/services/secretsmanager/secret-source.ts";
import { InProcessTaskProvider, type InProcessOptions } from "../../../../ci/rehearsal/src/tasks/in-process-provider.ts";
import { taskProvider } from "../../../../ci/rehearsal/src/tasks/task-provider.ts";
import { fromTerraform } from "../../../../ci/rehearsal/src/world/from-terraform.ts";
import { World } from "../../../../ci/rehearsal/src/world/world.ts";
import { awsClients, type AwsClients, type RehearsalKey } from "../../../src/release/aws/clients.ts";
import { awsNames, releaseSchema, type AwsNames, type ReleaseSettings } from "../../../src/release/release-settings.ts";

/** The Notes world as Terraform JSON, to be broken by a test before it is made. */
export interface WorldJson {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly data: Record<string, Record<string, Record<string, unknown>>>;
}

export interface WorldOptions {
  readonly clockMs?: number;
  /** By an image's reference or its beginning; every task answers 200 when absent. */
  readonly handlers?: InProcessOptions["images"];
  /** What synth has left, in place of the Notes world that was written by hand. */
  readonly synthesised?: { readonly folder: string; readonly stacks: readonly string[]; readonly account: string };
  /** Changes the world before it is made. */
  readonly change?: (world: WorldJson) => void;
  /** Leaves the first task unstarted; time stands still. */
  readonly notReady?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By the name of a hook function; that of this repository's gitops.json says yes when absent. */
  readonly hooks?: Readonly<Record<string, HookTarget>>;
  /** Who ends it; the test when absent. For a world that several tests look at. */
  readonly onEnd?: (end: () => Promise<void> | void) => void;
}

export interface StartedWorld {
  readonly rehearsal: AwsRehearsal;
  readonly clock: VirtualClock;
  readonly clients: AwsClients;
  readonly names: AwsNames;
  readonly settings: ReleaseSettings;
  /** Puts an image there as a push would; returns `<host>/<repository>@sha256:…`. */
  readonly putImage: (repository: string, tag: string) => string;
  /** Clients of a role's session: what it may not, is refused. */
  readonly clientsAs: (role: string) => Promise<AwsClients>;
  /** Injects a fault; returns its id. */
  readonly inject: (fault: unknown) => string;
  /** `codedeploy:CreateDeployment`, in the order in which they came since the last time that this was asked. */
  readonly calls: () => string[];
  /** Lets time pass until no deployment runs. */
  readonly untilOver: () => Promise<void>;
}

/** Has in it what this repository's gitops.json expects of Notes. */
const notesAnswer = 'ok: Notes, {"items": []}';
const usualHooks: Readonly<Record<string, HookTarget>> = { "CodeDeployHook_notes-probe": { command: [process.execPath, "-e", ""] } };
const callSchema = z.object({ service: z.string(), operation: z.string() }).transform(({ service, operation }) => `${service}:${operation}`);
export const startMs = Date.UTC(2026, 0, 15, 12);
export const project = "notes";
const worldFile = join(import.meta.dirname, "../../../../ci/rehearsal/worlds/notes.tf.json");

/** A rehearsal in this process with the Notes world: its service is up behind `notes-blue`, on the bootstrap task definition, and nothing was ever released. It ends with the test. */
export async function startWorld(options: WorldOptions = {}): Promise<StartedWorld> {
  const clock = new VirtualClock(options.clockMs ?? startMs);
  const rehearsal = await new AwsRehearsal({
    clock,
    world: new World(options.synthesised === undefined ? {} : { account: options.synthesised.account }),
    prepare: (parts) => {
      parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: options.handlers ?? { "": () => () => new Response(notesAnswer) } }));
      parts.provide(hookTargets, options.hooks ?? usualHooks);
      parts.provide(secretSource, { valueOf: () => JSON.stringify({ username: "notes", password: "planted-for-a-test", host: "database.invalid", port: 5432, dbname: "notes", tls: "on" }) });
    },
  }).start();
  const onEnd = options.onEnd ?? onTestFinished;
  onEnd(async () => rehearsal.stop());
  const { parts } = rehearsal;
  if (options.synthesised === undefined) await makeWorld(rehearsal, options.change);
  else await fromTerraform(options.synthesised.folder, parts, options.synthesised);

  const settings = releaseSchema.parse({ container: "proxy", port: 8080, secrets: { DATABASE_SECRET: "notes/database/backend" }, ...options.settings });
  const putImage = (repository: string, tag: string): string => {
    const found = parts.world.slice(ecrSlice).repositories.find(({ name }) => name === repository);
    if (found === undefined) throw new Error(`there is no repository ${repository}`);
    const digest = `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}`;
    found.images.push({ digest, mediaType: "application/vnd.docker.distribution.manifest.v2+json", tags: [tag], pushedMs: clock.now(), sizeBytes: 1000 });
    return `${repositoryUri(parts, repository)}@${digest}`;
  };
  putImage("notes-proxy", "bootstrap");

  const clientsWith = (rehearsalKey?: RehearsalKey): AwsClients => {
    const clients = awsClients({ region: parts.world.region, endpoint: rehearsal.url, ...(rehearsalKey === undefined ? {} : { rehearsalKey }) }, "test");
    onEnd(clients.close);
    return clients;
  };
  const clients = clientsWith();
  if (options.notReady !== true) await clock.runUntil(() => parts.world.slice(ecsSlice).taskSets.every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));

  let seen = parts.timeline.since().at(-1)?.number ?? 0;
  return {
    rehearsal,
    clock,
    clients,
    names: awsNames(project, settings),
    settings,
    putImage,
    clientsAs: async (role) => clientsWith(await sessionOf(clients, `arn:aws:iam::${parts.world.account}:role/${role}`)),
    inject: (fault) => parts.get(faults).inject(faultSchema.parse(fault)),
    calls: () => {
      const entries = parts.timeline.since(seen);
      seen = entries.at(-1)?.number ?? seen;
      return entries.filter(({ what }) => what === "call").map(({ detail }) => callSchema.parse(detail));
    },
    untilOver: async () => clock.runUntil(() => !parts.world.slice(codedeploySlice).deployments.some(isActive)),
  };
}

async function makeWorld({ parts }: AwsRehearsal, change: ((world: WorldJson) => void) | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "release-world-"));
  try {
    const world = JSON.parse(readFileSync(worldFile, "utf8")) as WorldJson;
    change?.(world);
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(world));
    await fromTerraform(folder, parts);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function sessionOf(clients: AwsClients, roleArn: string): Promise<RehearsalKey> {
  const { Credentials } = await (await clients.sts()).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "release-test" }));
  if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined) throw new Error(`no session of ${roleArn}`);
  return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, ...(Credentials.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }) };
}
