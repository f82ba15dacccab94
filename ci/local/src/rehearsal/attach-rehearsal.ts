import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { askedOfSecrets } from "../../../../dagger/src/rehearsal/asked-of-secrets.ts";
import type { InfrastructureConfig } from "../../../../dagger/src/config.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import { CliError } from "../cli-error.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { writeOwnSecrets } from "./own-secrets.ts";
import { hookArguments, requireHooks } from "./rehearsal-hooks.ts";
import { askRehearsal, engineFor, type RehearsalAnswer } from "./rehearsal-program.ts";
import { synthesiseWorld } from "./synthesise-world.ts";

/** How a rehearsal is found or made. */
export interface AttachOptions {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: ReleaseSettings;
  /** Of gitops.json: makes the world, where it is synthesised. */
  readonly infrastructure: InfrastructureConfig | undefined;
  /** Asked only when one has to be started. */
  readonly engine: () => Promise<ContainerEngine>;
  /** A version will be released to it: its hooks have to run there, and its world is the one that the Terraform JSON has now. Whoever only looks leaves it as it is. */
  readonly releases: boolean;
  /** Another folder than the usual: for tests, and for two on one machine. */
  readonly state?: string;
  readonly notify?: (text: string) => void;
}

export interface AttachedRehearsal {
  readonly url: string;
  readonly wasThere: boolean;
  /** Folder that it keeps everything in. */
  readonly state: string;
}

const startedSchema = z.object({ url: z.url() });
const runningSchema = z.object({ url: z.url(), id: z.string() });
const answeringSchema = z.object({ id: z.string() });
const answerMs = 2_000;
const statusSchema = z.object({ groups: z.array(z.object({ deployment: z.object({ id: z.string() }).optional() })) });

/** The rehearsal that runs with this state, or one that is started now and goes on after this run. Throws CliError. */
export async function attachRehearsal(options: AttachOptions): Promise<AttachedRehearsal> {
  const state = options.state ?? usualState(options.env);
  const running = await runningRehearsal(state);
  if (running === undefined || options.releases) await synthesiseWorld(options);
  if (running === undefined) return start(state, options);
  const difference = options.releases ? await differenceOfRunning(state, options) : undefined;
  if (difference === undefined && options.releases) await requireHooks(state, options);
  return difference === undefined ? { url: running, wasThere: true, state } : beginAnew(state, difference, options);
}

const worldArguments = (root: string, { rehearsal: { stacks, world } }: ReleaseSettings): string[] => ["--world", resolve(root, world), ...stacks.flatMap((name) => ["--stack", name])];

/** In what its world is another one than the Terraform JSON has now. */
async function differenceOfRunning(state: string, { env, root, settings }: AttachOptions): Promise<string | undefined> {
  const { exitCode, stderr } = await askRehearsal(["start", "--json", "--state", state, ...worldArguments(root, settings)], env);
  return exitCode === 0 ? undefined : otherWorld(stderr);
}

/** Its own words for it: of one that runs, and of one that is saved. */
const otherWorld = (said: string): string | undefined => /, and (its world (?:is|was) .*?)(?:, and .*)?\. Nothing was (?:changed|started)\./.exec(said)?.[1];

/** Of a world that is no more there is nothing to be learnt, unless a deployment runs in it. */
async function beginAnew(state: string, difference: string, options: AttachOptions): Promise<AttachedRehearsal> {
  const deployment = await runningDeployment(state, options.env);
  if (deployment !== undefined) {
    throw new CliError("OTHER_WORLD", `The rehearsal cannot be gone on with, since ${difference}; and deployment ${deployment} runs there. Nothing was changed.`, "Let it end (`npm run release -- status --follow`) or end it (`npm run rollback -- --stop`), and run again; or release to another one: --rehearsal <folder>.");
  }
  await askRehearsal(["stop", "--state", state], options.env);
  options.notify?.(`the rehearsal begins anew, without what was released in it: ${difference}`);
  return start(state, options, ["--fresh"]);
}

async function runningDeployment(state: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await askRehearsal(["status", "--state", state, "--json"], env);
  if (exitCode !== 0) throw new CliError("REHEARSAL", `${stderr.trim()} Nothing was released.`, "");
  return statusSchema.parse(JSON.parse(stdout)).groups.find(({ deployment }) => deployment !== undefined)?.deployment?.id;
}

/** Address of the rehearsal that runs with this state: the one that it has written down there, if that is still the one that answers. */
export async function runningRehearsal(state: string): Promise<string | undefined> {
  try {
    const { id, url } = runningSchema.parse(JSON.parse(await readFile(join(state, "running.json"), "utf8")));
    const answer = await fetch(`${url}/_rehearsal/status`, { signal: AbortSignal.timeout(answerMs) });
    return answeringSchema.parse(await answer.json()).id === id ? url : undefined;
  } catch {
    return undefined;
  }
}

export const usualState = (env: NodeJS.ProcessEnv): string => join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "gitops", "rehearsal");

async function start(state: string, options: AttachOptions, more: readonly string[] = []): Promise<AttachedRehearsal> {
  const { root, settings } = options;
  const secrets = join(state, "secrets.json");
  const template = await readFile(join(root, settings.taskDefinition), "utf8").catch(() => "");
  await writeOwnSecrets(secrets, askedOfSecrets(template, settings.secrets));
  const { speed } = settings.rehearsal;
  const ask = async (world: readonly string[]): Promise<RehearsalAnswer> => {
    const found = engineFor(await options.engine());
    return askRehearsal(["start", "--json", "--state", state, ...world, "--speed", String(speed), ...(options.state === undefined ? [] : ["--port", "0"]), ...found.args, ...hookArguments(options), ...more], { ...found.env, REHEARSAL_SECRETS_FILE: secrets });
  };
  const answer = await ask(worldArguments(root, settings));
  const difference = answer.exitCode === 0 || !options.releases || more.length > 0 ? undefined : otherWorld(answer.stderr);
  if (difference !== undefined) {
    // Whether a deployment runs in it is told by itself only.
    const before = await ask([]);
    if (before.exitCode === 0) return beginAnew(state, difference, options);
  }
  if (answer.exitCode !== 0) throw new CliError("REHEARSAL", `${answer.stderr.trim()} Nothing was released.`, "");
  return { url: startedSchema.parse(JSON.parse(answer.stdout)).url, wasThere: false, state };
}
