import { setTimeout as pause } from "node:timers/promises";
import type { StepService } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { withProcessLock } from "../../../images/src/process-lock.ts";
import { lastLines } from "../container-engine/last-lines.ts";
import { containerName, isKeptContainer, keptContainerName, removeContainers } from "./container-name.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { digest } from "./source-snapshot.ts";

/** Services that run beside a step, on one network of their own which the step joins. */
export interface RunningServices {
  /** The container whose network the step joins. */
  readonly container: string;
  /** Lines for the step's /etc/hosts. */
  readonly hosts: string;
  /** Removes those that are not kept. */
  readonly stop: () => Promise<void>;
}

/** For commands that take moments: so that an engine that hangs does not hang the run. */
const momentMs = 120_000;
const intervalMs = 150;

/** Starts them and waits until each listens on its port. Throws StepError. */
export async function startServices(services: readonly StepService[], parts: LocalEngineParts, signal: AbortSignal): Promise<RunningServices> {
  const [first, ...others] = services;
  if (first === undefined) throw new Error("there are no services to start");
  if (first.kept || others.some((service) => service.kept)) {
    // It is there before the step, so the network is its own; and what it shares with is not known then.
    if (others.length > 0) throw new Error("a kept service runs alone beside its step");
    return keepService(first, parts, signal);
  }
  const names: string[] = [];
  const stop = async (): Promise<void> => {
    // The network is that of the first and goes with it.
    for (const name of names.toReversed()) await removeContainers(parts.containers.cli, [name]).catch(() => undefined);
  };
  try {
    for (const service of services) {
      const name = containerName(parts.newId());
      const owner = names[0];
      names.push(name);
      await runService(service, name, owner === undefined ? "none" : `container:${owner}`, parts, signal);
    }
    await Promise.all(services.map(async (service, index) => untilListening(service, names[index] ?? "", parts, signal)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { container: names[0] ?? "", hosts: hostsOf(services), stop };
}

/** One of a machine, whichever run has started it. */
async function keepService(service: StepService, parts: LocalEngineParts, signal: AbortSignal): Promise<RunningServices> {
  const { cli } = parts.containers;
  const { imageId } = await parts.provide(service.image, signal);
  const name = keptContainerName(service.name, digest([imageId, service.argv ?? [], Object.entries(service.env).toSorted(), Object.entries(service.caches).toSorted(), service.port, service.memoryMb]));
  await withProcessLock(`kept ${cli.program} ${service.name}`, async () => {
    if ((await stateOf(service.port, name, parts)) !== "ended") return;
    await removeContainers(cli, [name]);
    if (Object.keys(service.caches).length > 0) await endEarlier(service, parts);
    await runService(service, name, "none", parts, signal);
  }, { signal });
  await untilListening(service, name, parts, signal);
  return { container: name, hosts: hostsOf([service]), stop: async () => Promise.resolve() };
}

/** One of an earlier definition has the same files, which are one server's at a time: it has to end in good order first. */
async function endEarlier(service: StepService, { containers: { cli } }: LocalEngineParts): Promise<void> {
  const { stdout } = await cli.run(["ps", "--format", "{{.Names}}"], { timeoutMs: momentMs });
  for (const name of stdout.split("\n").filter((candidate) => isKeptContainer(candidate, service.name))) {
    await cli.run(["stop", "--time", "60", name], { accept: "any", timeoutMs: momentMs });
    await removeContainers(cli, [name]);
  }
}

const hostsOf = (services: readonly StepService[]): string => services.map((service) => `127.0.0.1 ${service.name}\n`).join("");

async function runService(service: StepService, name: string, network: string, parts: LocalEngineParts, signal: AbortSignal): Promise<void> {
  const { cli, supports } = parts.containers;
  const image = await parts.provide(service.image, signal);
  const [entryPoint, ...rest] = service.argv ?? [];
  signal.throwIfAborted();
  await cli.run(
    [
      "run",
      ...["--detach", "--pull", "never", "--name", name, "--network", network],
      // The first one's /etc/hosts is that of all; where it is not, the step brings its own lines.
      ...(network === "none" ? ["--add-host", `${service.name}:127.0.0.1`] : []),
      ...(supports.memoryLimit ? ["--memory", `${String(service.memoryMb)}m`] : []),
      ...Object.entries(service.caches).flatMap(([path, cache]) => ["--volume", `gitops-cache-${cache}:${path}`]),
      ...Object.keys(service.env).flatMap((variable) => ["--env", variable]),
      ...(entryPoint === undefined ? [] : ["--entrypoint", entryPoint]),
      "--no-healthcheck",
      image.reference,
      ...rest,
    ],
    // Not with the signal: a daemon would go on with what its client has left, after our clean-up.
    { env: service.env, cwd: parts.runFolder, timeoutMs: momentMs },
  );
}

async function untilListening(service: StepService, name: string, parts: LocalEngineParts, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + service.startTimeoutMs;
  for (;;) {
    const state = await stateOf(service.port, name, parts);
    if (state === "listens") return;
    signal.throwIfAborted();
    if (state === "starting" && performance.now() < deadline) {
      await pause(intervalMs, undefined, { signal });
      continue;
    }
    const log = await logsOf(name, parts);
    const what = state === "starting" ? `does not listen on port ${String(service.port)} after ${String(Math.round(service.startTimeoutMs / 1000))} s` : `ended before it listened on port ${String(service.port)}`;
    throw new StepError(state === "starting" ? "TIMED_OUT" : "TOOL_FAILED", `The service ${service.name} ${what}: ${lastLines(log, 1).trim() || "it said nothing"}`, { log });
  }
}

/**
 * Asked of the container itself: an engine whose monitor was killed with the
 * container goes on to call it running. What answers is the kernel's own list: a
 * port in hexadecimal, and 0A for "listens". No program but `cat` is needed in
 * the image.
 */
async function stateOf(port: number, name: string, parts: LocalEngineParts): Promise<"ended" | "starting" | "listens"> {
  const { stdout } = await parts.containers.cli.run(["exec", name, "cat", "/proc/net/tcp", "/proc/net/tcp6"], { accept: "any", timeoutMs: momentMs });
  if (!stdout.includes("local_address")) return "ended";
  return new RegExp(`^ *\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A `, "m").test(stdout) ? "listens" : "starting";
}

async function logsOf(name: string, parts: LocalEngineParts): Promise<string> {
  const { stdout, stderr } = await parts.containers.cli.run(["logs", "--tail", "30", name], { accept: "any", timeoutMs: momentMs });
  return lastLines(`${stdout}\n${stderr}`.trim(), 30);
}
