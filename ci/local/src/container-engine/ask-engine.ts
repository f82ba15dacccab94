import { hostname, release } from "node:os";
import type { z } from "zod";
import { ContainerCli, type RunOptions } from "./container-cli.ts";
import { architectureOf, dockerInfo, dockerVersion, podmanInfo } from "./engine-answers.ts";
import type { ContainerEngine } from "./engine.ts";
import { isContainerEngineError } from "./errors.ts";
import { findAllOnPath } from "./find-on-path.ts";
import { podmanEnvironment } from "./podman-configuration.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface AskOptions {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly daemonTimeoutMs?: number;
}

/** An engine, or one sentence why there is none. */
export type Answer = { readonly engine: ContainerEngine } | { readonly why: string };

/** A daemon that is there answers within milliseconds. */
const DAEMON_TIMEOUT_MS = 5_000;
/** Podman without a daemon waits for its own locks while a large image is stored. */
const DAEMONLESS_TIMEOUT_MS = 30_000;

/**
 * Asks Docker's daemon. A `docker` command says little: it may be a client
 * without a daemon, Podman's imitation of it, or speak to Podman's socket; and
 * of two on PATH, one may lack the plugin that builds images.
 */
export async function askDocker(options: AskOptions): Promise<Answer> {
  let answer: Answer = { why: "Docker is not installed." };
  for (const command of await findAllOnPath("docker", options.env)) {
    answer = await askDockerBy(command, options);
    if ("engine" in answer) return answer;
  }
  return answer;
}

async function askDockerBy(command: string, { env, signal, daemonTimeoutMs }: AskOptions): Promise<Answer> {
  const cli = new ContainerCli({ program: "docker", command, env });
  const options = { timeoutMs: daemonTimeoutMs ?? DAEMON_TIMEOUT_MS, signal };
  try {
    const version = parse(dockerVersion, (await cli.run(["version", "--format", "{{json .}}"], options)).stdout);
    const isPodman = version?.Server?.Components?.some(({ Name }) => Name.startsWith("Podman")) ?? false;
    if (!version?.Server || isPodman) return { why: "The `docker` command is Podman under another name." };
    const info = parse(dockerInfo, (await cli.run(["info", "--format", "{{json .}}"], options)).stdout);
    if (info === undefined) return { why: "Docker's answer to `docker info` has an unknown form." };
    if (!(await buildsImages(cli, version.Client?.Version ?? "", options))) {
      return { why: "Docker answers, but its command cannot build images: the plugin buildx is missing." };
    }
    return { engine: dockerEngine(cli, env, info) };
  } catch (error) {
    return { why: whyNot("Docker", error) };
  }
}

/** BuildKit is in the command itself before version 23, in a plugin since. */
async function buildsImages(cli: ContainerCli, clientVersion: string, options: RunOptions): Promise<boolean> {
  if (Number.parseInt(clientVersion, 10) < 23) return true;
  return (await cli.run(["buildx", "version"], { ...options, accept: "any" })).exitCode === 0;
}

/** Asks Podman, which on Linux has no daemon and needs none. */
export async function askPodman({ env, signal }: AskOptions): Promise<Answer> {
  const extra = await podmanEnvironment(env);
  const cli = new ContainerCli({ program: "podman", env: { ...env, ...extra } });
  try {
    const { stdout } = await cli.run(["info", "--format", "json"], { timeoutMs: DAEMONLESS_TIMEOUT_MS, signal });
    const info = parse(podmanInfo, stdout);
    if (info === undefined) return { why: "Podman's answer to `podman info` has an unknown form." };
    return { engine: podmanEngine(cli, info, extra["CONTAINERS_CONF"] === undefined) };
  } catch (error) {
    return { why: whyNot("Podman", error) };
  }
}

function dockerEngine(cli: ContainerCli, env: Environment, info: z.infer<typeof dockerInfo>): ContainerEngine {
  const elsewhere = /^(tcp|ssh|https?):/.test(env["DOCKER_HOST"] ?? "");
  return {
    program: "docker",
    version: info.ServerVersion,
    cli,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    architecture: architectureOf(info.Architecture),
    rootless: info.SecurityOptions?.some((option) => option.includes("rootless")) ?? false,
    remote: elsewhere || info.OperatingSystem === "Docker Desktop" || !isThisMachine(info.Name, info.KernelVersion),
    storageDriver: info.Driver,
    supports: {
      memoryLimit: info.MemoryLimit,
      pidsLimit: info.PidsLimit,
      cpuLimit: info.CpuCfsQuota,
      pods: false,
      raiseLimits: true,
    },
  };
}

function podmanEngine(cli: ContainerCli, info: z.infer<typeof podmanInfo>, raiseLimits: boolean): ContainerEngine {
  const { host } = info;
  // Rootless with cgroups v1 has none; with v2, those that systemd delegates.
  const controllers = new Set(host.cgroupControllers ?? []);
  return {
    program: "podman",
    version: info.version.Version,
    cli,
    cpus: host.cpus,
    memoryBytes: host.memTotal,
    architecture: architectureOf(host.arch),
    rootless: host.security.rootless,
    remote: host.serviceIsRemote || !isThisMachine(host.hostname, host.kernel),
    storageDriver: info.store.graphDriverName,
    supports: {
      memoryLimit: controllers.has("memory"),
      pidsLimit: controllers.has("pids"),
      cpuLimit: controllers.has("cpu"),
      pods: true,
      raiseLimits,
    },
  };
}

/** The same name and the same kernel: not a virtual machine, nor another host. */
function isThisMachine(name: string, kernel: string): boolean {
  return process.platform === "linux" && name === hostname() && kernel === release();
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function whyNot(name: string, error: unknown): string {
  if (!isContainerEngineError(error) || error.code === "CANCELLED") throw error;
  if (error.code === "ENGINE_GONE" && error.exitCode === undefined) return `${name} is not installed.`;
  if (error.code === "ENGINE_GONE") return `${name} is installed, but its daemon does not answer.`;
  if (error.code === "COMMAND_TIMED_OUT") return `${name} did not answer in time.`;
  return `${name} does not work here: ${error.stderrTail || error.happened}`;
}
