import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { codedeploySlice, isActive } from "../../../rehearsal/src/services/codedeploy/state.ts";
import { writeRunning } from "../../../rehearsal/src/command-line/running.ts";
import { takeState } from "../../../rehearsal/src/state/state-lock.ts";
import { startWorld, type StartedWorld, type WorldOptions } from "../../../../dagger/test/release/support/start-world.ts";
import { git, scratchFolder, scratchRepository } from "../support/scratch.ts";

/**
 * `npm run release` as a process of its own, against a rehearsal in this one
 * whose time the test moves: no containers, and no waiting.
 */

export interface AttachedWorld extends StartedWorld {
  /** A clone of an application that is released like Notes. */
  readonly root: string;
  readonly commit: string;
  /** The rehearsal's folder, as `--rehearsal` names it. */
  readonly state: string;
  readonly release: (args: readonly string[], env?: Readonly<Record<string, string>>) => RunningRelease;
  /** Moves time on, a second at a time, until it is so. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  readonly deployments: () => readonly { readonly id: string; readonly status: string }[];
  /** The lifecycle event that runs now; undefined between deployments. */
  readonly event: () => string | undefined;
}

export interface RunningRelease {
  readonly pid: number;
  /** What it has printed so far, on either stream. */
  readonly said: () => string;
  readonly isOver: () => boolean;
  readonly kill: () => void;
  readonly ended: Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }>;
}

const root = join(import.meta.dirname, "../../../..");
const main = join(import.meta.dirname, "../../src/release/main.ts");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const copied = ["services/task-definition.json", "services/compose.yaml", "services/proxy/nginx.conf.template"];

/** The project's own settings, without checks of its own: they would ask what does not run here. */
function settingsFile(more: Readonly<Record<string, unknown>>): string {
  const config = JSON.parse(textOf("gitops.json")) as { release: Record<string, unknown> };
  return JSON.stringify({ ...config, release: { ...config.release, analysis: undefined, hooks: undefined, rehearsal: undefined, ...more } });
}

/** The services of the application, each with its image in the registry. */
const services = ["backend", "frontend", "proxy", "database"];

/** `settings` are for the section release of gitops.json. The images of the only commit are there, unless `images` is false. */
export async function attachWorld({ images = true, settings = {}, ...options }: WorldOptions & { readonly images?: boolean } = {}): Promise<AttachedWorld> {
  const world = await startWorld(options);
  const state = await scratchFolder("state");
  const giveBack = takeState(state);
  onTestFinished(() => giveBack?.());
  writeRunning(state, { pid: process.pid, url: world.rehearsal.url, id: world.rehearsal.id, ignored: [] });
  const folder = await scratchRepository({ "gitops.json": settingsFile(settings), ...Object.fromEntries(copied.map((path) => [path, textOf(path)])) });
  const commit = await git(folder, "rev-parse", "HEAD");
  if (images) for (const service of services) world.putImage(`notes-${service}`, commit.slice(0, 7));
  const release: AttachedWorld["release"] = (args, env = {}) => {
    const child = execa(process.execPath, [main, ...args, "--rehearsal", state], { cwd: folder, env: { ...process.env, CI: "", ...env }, extendEnv: false, reject: false, all: true, buffer: true });
    let said = "";
    let isOver = false;
    child.all.on("data", (chunk: Buffer) => { said += chunk.toString("utf8"); });
    const ended = child.then(({ exitCode, stdout, stderr }) => {
      isOver = true;
      return { exitCode, stdout, stderr };
    });
    onTestFinished(() => { child.kill("SIGKILL"); });
    return { pid: child.pid ?? 0, said: () => said, isOver: () => isOver, kill: () => { child.kill("SIGKILL"); }, ended };
  };
  const deployments = () => world.rehearsal.parts.world.slice(codedeploySlice).deployments;
  return {
    ...world,
    root: folder,
    commit,
    state,
    release,
    until: async (isSo) => {
      while (!isSo()) {
        await world.clock.advance(1_000);
        // For the process to look: its own pauses are of this machine's time.
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    },
    event: () => deployments().find(isActive)?.stage,
    deployments: () => deployments().map(({ id, status }) => ({ id, status })),
  };
}
