import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { askedOfSecrets } from "../../../../dagger/src/rehearsal/asked-of-secrets.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import { CliError } from "../cli-error.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { writeOwnSecrets } from "./own-secrets.ts";
import { askRehearsal, engineFor } from "./rehearsal-program.ts";

/** How a rehearsal is found or made. */
export interface AttachOptions {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: ReleaseSettings;
  /** Asked only when one has to be started. */
  readonly engine: () => Promise<ContainerEngine>;
  /** Another folder than the usual: for tests, and for two on one machine. */
  readonly state?: string;
}

export interface AttachedRehearsal {
  readonly url: string;
  readonly wasThere: boolean;
  /** Folder that it keeps everything in. */
  readonly state: string;
}

const startedSchema = z.object({ url: z.url() });

/** The rehearsal that runs with this state, or one that is started now and goes on after this run. Throws CliError. */
export async function attachRehearsal(options: AttachOptions): Promise<AttachedRehearsal> {
  const state = options.state ?? usualState(options.env);
  const running = await runningRehearsal(state, options.env);
  return running === undefined ? start(state, options) : { url: running, wasThere: true, state };
}

/** Address of the rehearsal that runs with this state. */
export async function runningRehearsal(state: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { exitCode, stdout } = await askRehearsal(["status", "--state", state, "--json"], env);
  return exitCode === 0 ? startedSchema.parse(JSON.parse(stdout)).url : undefined;
}

export const usualState = (env: NodeJS.ProcessEnv): string => join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "gitops", "rehearsal");

async function start(state: string, { root, settings, engine, state: given }: AttachOptions): Promise<AttachedRehearsal> {
  const secrets = join(state, "secrets.json");
  const template = await readFile(join(root, settings.taskDefinition), "utf8").catch(() => "");
  await writeOwnSecrets(secrets, askedOfSecrets(template, settings.secrets));
  const found = engineFor(await engine());
  const { world, speed } = settings.rehearsal;
  const { exitCode, stdout, stderr } = await askRehearsal(
    ["start", "--json", "--state", state, "--world", resolve(root, world), "--speed", String(speed), ...(given === undefined ? [] : ["--port", "0"]), ...found.args],
    { ...found.env, REHEARSAL_SECRETS_FILE: secrets },
  );
  if (exitCode !== 0) throw new CliError("REHEARSAL", `${stderr.trim()} Nothing was released.`, "");
  return { url: startedSchema.parse(JSON.parse(stdout)).url, wasThere: false, state };
}
