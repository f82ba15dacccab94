import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "../../../../dagger/src/engine/engine.ts";
import type { RunningCommand } from "../container-engine/container-cli.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { readStepRecord, stepHostsPath, stepResultPath, stepScriptPath, type StepRun } from "../../../../dagger/src/engine/step-script.ts";
import { containerName, removeContainers } from "./container-name.ts";
import { toolAccess } from "./host-access.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { readResultArchive, saveFile, sendArchive, stepArchive, type StepSources } from "./step-archive.ts";
import type { RunningServices } from "./step-services.ts";

/** The container is stopped from outside when its own timeout did not: it then hangs in a way that `timeout` cannot end. */
export const usualGraceMs = 30_000;
/** For commands that take moments: so that an engine that hangs does not hang the run. */
const momentMs = 120_000;

/** What a step's container is made of, besides the step. */
export interface StepSurroundings {
  /** Reference of its image. */
  readonly image: string;
  readonly sources: StepSources;
  /** Running already; the step joins their network. */
  readonly services?: RunningServices;
  /** A file that is wanted on this machine: path in the container -> here. */
  readonly takes?: { readonly path: string; readonly to: string };
}

/** One step in one container, from create to remove. Nothing of the host is mounted. */
export async function runContainer(step: Step, { image, sources, services, takes }: StepSurroundings, parts: LocalEngineParts, signal: AbortSignal): Promise<StepRun> {
  const { cli, supports } = parts.containers;
  const name = containerName(parts.newId());
  // Podman's monitor leaves a file "oom" where it was started, when the kernel kills for memory.
  const cwd = parts.runFolder;
  // Podman's `cp` leaves a copy of all that it was given among the temporary files: here it goes with the step.
  const temporary = await mkdtemp(join(parts.runFolder, "step-"));
  const host = step.network === "none" ? { env: {}, files: new Map<string, string>() } : toolAccess(parts.host);
  const env = { ...host.env, ...step.env };
  const network = services !== undefined ? `container:${services.container}` : step.network === "none" ? "none" : "host";
  if (services !== undefined) host.files.set(stepHostsPath, services.hosts);
  try {
    await cli.run(
      [
        "create",
        ...["--pull", "never", "--name", name],
        // By its name: not every image has it in /bin.
        ...["--user", "0:0", "--workdir", "/", "--entrypoint", "sh", "--network", network],
        ...(supports.memoryLimit ? ["--memory", `${String(step.memoryMb)}m`] : []),
        ...Object.entries(step.caches).flatMap(([path, cache]) => ["--volume", `gitops-cache-${cache}:${path}`]),
        // Named only: the values come from the command's own environment, which `ps` does not show.
        ...Object.keys(env).flatMap((variable) => ["--env", variable]),
        "--no-healthcheck",
        image,
        stepScriptPath,
      ],
      // Not with the signal: a daemon would go on with what its client has left, after our clean-up.
      { env, cwd, timeoutMs: momentMs },
    );
    const archive = await stepArchive(step, sources, host.files);
    const copyIn = cli.stream(["cp", "-", `${name}:/`], { signal, env: { TMPDIR: temporary } });
    await both(sendArchive(archive, copyIn.stdin), copyIn);
    await startAndWait(name, step, parts, signal);
    const copyOut = cli.stream(["cp", `${name}:${stepResultPath}`, "-"], { signal, env: { TMPDIR: temporary } });
    const record = await both(readResultArchive(copyOut.stdout), copyOut);
    if (record.size === 0 && (await wasKilled(name, parts))) {
      throw new StepError("OUT_OF_MEMORY", `Step ${step.name} was killed before its first command ended, most likely for going over ${String(step.memoryMb)} MB.`);
    }
    const run = readStepRecord(step, record);
    if (takes !== undefined) {
      const copyFile = cli.stream(["cp", `${name}:${takes.path}`, "-"], { signal, env: { TMPDIR: temporary } });
      await both(saveFile(copyFile.stdout, takes.to), copyFile);
    }
    return run;
  } finally {
    // Without the signal: what was cancelled has to go as well.
    await removeContainers(cli, [name]).catch(() => undefined);
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Cancelled, the container goes first: the command would pass the signal on, and wait for a tool that need not obey it. */
async function startAndWait(name: string, step: Step, parts: LocalEngineParts, signal: AbortSignal): Promise<void> {
  const { cli } = parts.containers;
  const remove = (): void => { void removeContainers(cli, [name]).catch(() => undefined); };
  signal.throwIfAborted();
  signal.addEventListener("abort", remove, { once: true });
  try {
    // Docker has no such option and always passes signals on.
    const proxy = cli.program === "podman" ? ["--sig-proxy=false"] : [];
    await cli.run(["start", "--attach", ...proxy, name], { cwd: parts.runFolder, accept: "any", timeoutMs: step.timeoutMs + (parts.graceMs ?? usualGraceMs) });
  } finally {
    signal.removeEventListener("abort", remove);
  }
  signal.throwIfAborted();
}

/** A stream that broke says little (EPIPE); the command at its other end says why. */
async function both<Result>(streaming: Promise<Result>, command: RunningCommand): Promise<Result> {
  const [result, done] = await Promise.allSettled([streaming, command.done]);
  if (result.status === "rejected" && result.reason instanceof StepError) throw result.reason;
  if (done.status === "rejected") throw done.reason;
  if (result.status === "fulfilled") return result.value;
  throw new StepError("TOOL_FAILED", `What the container engine handed over was cut off (${(result.reason as Error).message}).`, { cause: result.reason });
}

async function wasKilled(name: string, parts: LocalEngineParts): Promise<boolean> {
  const { stdout } = await parts.containers.cli.run(["inspect", "--format", "{{.State.ExitCode}}", name], { accept: "any" });
  return stdout.trim() === "137";
}
