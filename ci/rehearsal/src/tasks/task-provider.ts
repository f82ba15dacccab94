import type { Component } from "../parts.ts";

/** One container of a task, resolved: image to run, environment with secrets in it. */
export interface ContainerSpec {
  readonly name: string;
  /** As the task definition names it: a reference to this rehearsal's registry, by digest where it has one. */
  readonly image: string;
  readonly essential: boolean;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  /** Values of secrets among them: never to be logged, nor put on a command line. */
  readonly environment: Readonly<Record<string, string>>;
  readonly containerPorts: readonly number[];
  readonly dependsOn: readonly { readonly containerName: string; readonly condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY" }[];
  /** `command` as the task definition has it: begins with CMD or CMD-SHELL. Times in seconds. */
  readonly healthCheck?: { readonly command: readonly string[]; readonly interval: number; readonly timeout: number; readonly retries: number; readonly startPeriod: number };
  /** Scratch volumes of the task, by name; none when absent. */
  readonly mounts?: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  readonly readonlyRootFilesystem: boolean;
  readonly initProcessEnabled: boolean;
  /** As the task definition names them: `ALL`, `NET_RAW`. */
  readonly droppedCapabilities?: readonly string[];
  readonly memoryMb?: number;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeout: number;
}

export interface TaskSpec {
  /** The 32 digits at the end of its ARN. */
  readonly id: string;
  /** Its address in the network of the rehearsal. */
  readonly address: string;
  readonly cpuUnits: number;
  readonly memoryMb: number;
  readonly containers: readonly ContainerSpec[];
}

/** What a provider tells of a task, in order. */
export interface TaskObserver {
  readonly container: (name: string, change: { readonly status: "PENDING" | "RUNNING" | "STOPPED"; readonly health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN"; readonly exitCode?: number; readonly reason?: string }) => void;
  readonly output: (container: string, line: string) => void;
  /** All has ended. `code` is one of AWS's stop codes. */
  readonly stopped: (stop: { readonly code: "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated" | "ServiceSchedulerInitiated"; readonly reason: string }) => void;
}

export interface RunningTask {
  /** Makes one of its containers end with that code, as if its process had; nothing where it does not run. */
  readonly exit: (container: string, exitCode: number) => void;
  /** Gives each container its stopTimeout; then `stopped` is told. */
  readonly stop: (code: "UserInitiated" | "ServiceSchedulerInitiated", reason: string) => Promise<void>;
}

/** Runs tasks: as containers of this machine, or as handlers in this process. Attaches their ports to the network. */
export interface TaskProvider {
  readonly start: (task: TaskSpec, observer: TaskObserver) => RunningTask;
  /** Ends everything that is left, also of an earlier process that was killed. */
  readonly stop: () => Promise<void>;
}

/** Chosen by whoever starts the rehearsal. */
export const taskProvider: Component<TaskProvider> = {
  name: "task-provider",
  create: () => {
    throw new Error("no task provider was chosen");
  },
  stop: async (provider) => provider.stop(),
};
