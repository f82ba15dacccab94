import type { TaskSpec } from "../task-provider.ts";
import type { ContainerProgram, ProgramName } from "./container-program.ts";
import { dockerWays } from "./docker-ways.ts";
import { podmanWays } from "./podman-ways.ts";

/** The one localhost of a task: its network namespace, and where its ports are on this machine. */
export interface TaskSpace {
  /** By which a container joins it. */
  readonly arguments: readonly string[];
  readonly portOf: (containerPort: number) => Promise<number | undefined>;
}

export interface SpaceParts {
  readonly program: ContainerProgram;
  readonly task: Pick<TaskSpec, "containers">;
  readonly labels: readonly string[];
  /** Of the task, in the engine. */
  readonly name: string;
}

/** Runs a command in a container that runs, as its user and with its environment; the exit code is an answer. */
export type Exec = (argv: readonly string[], timeoutMs: number) => Promise<number>;

/** One kind of thing that an engine has. */
export interface Kind {
  readonly name: "pod" | "container" | "volume";
  /** Lists all of them, but for `--filter` and `--format`. */
  readonly list: readonly string[];
  /** What of it the format of the list has: identifier, and state where it has one that matters. */
  readonly id: string;
  readonly state: string;
  /** Removes those whose identifiers follow. */
  readonly remove: readonly string[];
}

/** What Podman and Docker do differently. All else is the command line that they have in common. */
export interface EngineWays {
  /** Throws StartFailed. */
  readonly makeSpace: (parts: SpaceParts) => Promise<TaskSpace>;
  /** Makes sure that a space holds, as the first container in it would. Throws StartFailed. */
  readonly holdSpace: (program: ContainerProgram, name: string) => Promise<void>;
  /** In one call, all of a task, running or not, with what is not there passed over. */
  readonly removeTask: (task: string, containers: readonly string[]) => readonly string[];
  readonly execIn: (program: ContainerProgram, container: { readonly name: string; readonly id: string }) => Promise<Exec>;
  readonly runArguments: readonly string[];
  readonly readOnlyArguments: readonly string[];
  /** What is to be removed first comes first. */
  readonly kinds: readonly Kind[];
  /** In a list's format, the value of a label. */
  readonly labelFormat: (label: string) => string;
}

export const waysOf = (name: ProgramName): EngineWays => (name === "podman" ? podmanWays : dockerWays);
