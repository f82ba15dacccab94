import type { ContainerSpec } from "../task-provider.ts";
import type { EngineWays } from "./engine-ways.ts";

/** What this machine's engine can do; found out by trying. */
export interface Features {
  /** A limit of memory. */
  memoryLimit: boolean;
  /** A first process that takes up orphans. */
  init: boolean;
  /** A file of this machine as /etc/hosts: not where the engine is elsewhere and shares no folders. */
  ownHosts: boolean;
}

export interface RunSurroundings {
  readonly name: string;
  /** As the engine knows it. */
  readonly image: string;
  readonly labels: readonly string[];
  readonly network: readonly string[];
  readonly environment: readonly string[];
  /** Of its volumes. */
  readonly mounts: readonly string[];
  /** File that becomes /etc/hosts. */
  readonly hosts: string;
  /** Megabytes; of the container, or of the whole task. */
  readonly memoryMb: number;
  readonly features: Readonly<Features>;
}

/** The command that starts a container of a task. */
export function runArguments(spec: ContainerSpec, ways: EngineWays, around: RunSurroundings): string[] {
  const [program, ...entryArguments] = spec.entryPoint ?? [];
  return [
    "run",
    ...["--detach", "--pull", "never", "--name", around.name, ...around.labels, ...around.network],
    // The image's own check is not ECS's; the proxy settings of this machine are not the container's.
    ...["--no-healthcheck", ...ways.runArguments],
    ...(around.features.ownHosts ? ["--volume", `${around.hosts}:/etc/hosts:ro`] : []),
    ...["--stop-timeout", String(spec.stopTimeout), ...around.mounts],
    ...(around.features.memoryLimit ? ["--memory", `${String(around.memoryMb)}m`] : []),
    ...(spec.initProcessEnabled && around.features.init ? ["--init"] : []),
    ...(spec.readonlyRootFilesystem ? ways.readOnlyArguments : []),
    ...(spec.droppedCapabilities ?? []).flatMap((capability) => ["--cap-drop", capability]),
    ...(spec.user === undefined ? [] : ["--user", spec.user]),
    ...(spec.workingDirectory === undefined ? [] : ["--workdir", spec.workingDirectory]),
    ...(program === undefined ? [] : ["--entrypoint", program]),
    ...around.environment,
    around.image,
    ...entryArguments,
    ...(spec.command ?? []),
  ];
}

/** Which feature a refused start complains about, if any that we can do without. */
export function refusedFeature(stderr: string, { memoryLimit, init, ownHosts }: Readonly<Features>): keyof Features | undefined {
  if (init && /catatonit|tini|docker-init|init binary|container-init/i.test(stderr)) return "init";
  if (ownHosts && /mounts denied|not shared from the host|error mounting .*\/etc\/hosts|statfs .*\/hosts: /i.test(stderr)) return "ownHosts";
  if (memoryLimit && /memory|cgroup/i.test(stderr)) return "memoryLimit";
  return undefined;
}
