import type { ContainerSpec } from "../task-provider.ts";

/** What this machine's engine can do; found out by trying. */
export interface Features {
  memoryLimit: boolean;
  init: boolean;
}

export interface RunSurroundings {
  readonly program: "podman" | "docker";
  readonly name: string;
  /** As the engine knows it. */
  readonly image: string;
  readonly labels: readonly string[];
  readonly network: readonly string[];
  readonly environment: readonly string[];
  /** File that becomes /etc/hosts. */
  readonly hosts: string;
  /** Megabytes; of the container, or of the whole task. */
  readonly memoryMb: number;
  readonly features: Readonly<Features>;
}

/** The command that starts a container of a task. */
export function runArguments(spec: ContainerSpec, around: RunSurroundings): string[] {
  const [program, ...entryArguments] = spec.entryPoint ?? [];
  return [
    "run",
    ...["--detach", "--pull", "never", "--name", around.name, ...around.labels, ...around.network],
    // The image's own check is not ECS's; the proxy settings of this machine are not the container's.
    ...["--no-healthcheck", ...(around.program === "podman" ? ["--http-proxy=false"] : [])],
    ...["--volume", `${around.hosts}:/etc/hosts:ro`, "--stop-timeout", String(spec.stopTimeout)],
    ...(around.features.memoryLimit ? ["--memory", `${String(around.memoryMb)}m`] : []),
    ...(spec.initProcessEnabled && around.features.init ? ["--init"] : []),
    ...(spec.readonlyRootFilesystem ? ["--read-only", ...(around.program === "podman" ? ["--read-only-tmpfs=false"] : [])] : []),
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
export function refusedFeature(stderr: string, features: Readonly<Features>): keyof Features | undefined {
  if (features.memoryLimit && /memory|cgroup/i.test(stderr)) return "memoryLimit";
  if (features.init && /catatonit|tini|docker-init|init binary|container-init/i.test(stderr)) return "init";
  return undefined;
}
