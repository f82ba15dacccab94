import type { ContainerCli, ContainerProgram } from "./container-cli.ts";

/** A container engine that has answered. */
export interface ContainerEngine {
  readonly program: ContainerProgram;
  readonly version: string;
  readonly cli: ContainerCli;
  /** Of the daemon's machine, which may be a small virtual one. */
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Of the containers; undefined = neither of the two that we know images for. */
  readonly architecture: "x64" | "arm64" | undefined;
  readonly rootless: boolean;
  /**
   * The daemon does not see this machine's files and loopback: a virtual
   * machine (Docker Desktop, podman machine), another host (DOCKER_HOST), or we
   * are in a container ourselves with the daemon's socket mounted.
   */
  readonly remote: boolean;
  readonly storageDriver: string;
  readonly supports: EngineFeatures;
}

export interface EngineFeatures {
  /** `--memory`; over it the kernel kills: exit 137, OOMKilled may be false. */
  readonly memoryLimit: boolean;
  /** `--pids-limit`; over it fork fails, the container goes on. */
  readonly pidsLimit: boolean;
  /** `--cpus`. */
  readonly cpuLimit: boolean;
  /** `podman pod`: all containers on one localhost, ports published per pod. */
  readonly pods: boolean;
  /**
   * A container may be given limits over the defaults (`--ulimit`). False when
   * ours replaced Podman's defaults because the machine forbids raising them.
   */
  readonly raiseLimits: boolean;
}
