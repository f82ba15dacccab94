import type { ImageName } from "../images/catalogue.ts";

/** An image named in the catalogue, or any other by its full reference. */
export type BaseImage = ImageName | (string & {});

/** One target of one Dockerfile. All paths are relative to the repository's root. */
export interface ImageBuild {
  readonly service: string;
  /** Folder that is the build context. */
  readonly context: string;
  /** Relative to `context`. */
  readonly dockerfile: string;
  readonly target: string;
  /** Targets of the same Dockerfile that steps run on. They are built before this one: much waits for a step, and nothing but the verdict for a release. */
  readonly first?: readonly string[];
  /** Build argument -> base image, resolved by the engine (mirror, override, stand-in). */
  readonly baseImages: Readonly<Record<string, BaseImage>>;
  /** `<repository>:<tag>` of the result; absent for a target that only runs steps. */
  readonly tag?: string;
  /** Value of the build argument COMMIT; absent where the image is not labelled. */
  readonly commit?: string;
  readonly timeoutMs: number;
}

export type StepImage =
  | { readonly kind: "named"; readonly name: BaseImage }
  | { readonly kind: "build"; readonly build: ImageBuild };

/** What is copied into a step's container before it starts. Nothing is mounted. */
export type StepFiles =
  /** A folder or a file of the repository: tracked and untracked files, minus what Git ignores. */
  | { readonly from: "tree"; readonly path: string; readonly to: string }
  /** A bare clone with every ref: the whole history. */
  | { readonly from: "history"; readonly to: string }
  | { readonly from: "text"; readonly content: string; readonly to: string }
  /** An image that was built, as a docker-archive. */
  | { readonly from: "image"; readonly build: ImageBuild; readonly to: string }
  /** What another step leaves at `path`, however large. Equal `identity`, equal content: it stands for the file in a cache's key. */
  | { readonly from: "step"; readonly step: Step; readonly path: string; readonly identity: string; readonly to: string }
  /** A folder or a file of the machine, outside of the repository: LocalEngine only. */
  | { readonly from: "machine"; readonly path: string; readonly to: string };

/** A server that runs beside a step. The step's commands reach it by its name, in every engine. */
export interface StepService {
  /** Host name; in messages too. */
  readonly name: string;
  readonly image: BaseImage;
  /** In place of the image's own entry point and command; theirs when absent. */
  readonly argv?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** TCP. The step's commands begin when something listens there. No two services of a step have the same. */
  readonly port: number;
  /** Absolute path -> name of a cache that outlives it. */
  readonly caches: Readonly<Record<string, string>>;
  /** Numeric `user:group` that writes to the caches. */
  readonly cacheOwner?: string;
  readonly memoryMb: number;
  readonly startTimeoutMs: number;
  /**
   * True for one that takes long to start and serves later runs too: it goes on
   * after the step, and ends by itself (its `argv` sees to that) when it has not
   * been used for a while. Under Dagger it ends with the session.
   */
  readonly kept: boolean;
}

export interface StepCommand {
  /** What messages call it; the first word of `argv` when absent. */
  readonly program?: string;
  readonly argv: readonly string[];
  /**
   * Exit codes that mean "the tool did its work", findings or not. Any other
   * code is the tool's failure: nothing is cached and nothing is parsed.
   */
  readonly accept: readonly number[];
  /**
   * Of the accepted codes, those whose result is a fact of what went in and may
   * serve later runs; all of them when absent. With another, the step runs anew
   * in the next run: a test that failed by chance would stay red for ever, a
   * registry that refused to answer would refuse for as long as the cache lives.
   * Equal steps of one run share their result all the same.
   */
  readonly keep?: readonly number[];
  /** Folder the command runs in; the step's `workdir` when absent. */
  readonly workdir?: string;
}

/** One container run. The same value gives the same container in every engine. */
export interface Step {
  /** Short and unique within a run, e.g. `static-analysis/backend/tsc`. */
  readonly name: string;
  readonly image: StepImage;
  readonly files: readonly StepFiles[];
  readonly workdir: string;
  /** Run in order; the first whose exit code is not accepted ends the step. */
  readonly commands: readonly StepCommand[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the file -> value. Never in the environment, never in the cache key. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Absolute path -> name of a cache that outlives the step. */
  readonly caches: Readonly<Record<string, string>>;
  /** Absolute paths of text files that come out; a missing one is an error. */
  readonly outputs: readonly string[];
  /** With these beside it, a step has no network but to them. */
  readonly services?: readonly StepService[];
  readonly timeoutMs: number;
  /** LocalEngine only: Dagger has no memory limit. */
  readonly memoryMb: number;
  /** LocalEngine only: Dagger cannot take the network away. */
  readonly network: "none" | "registries";
  /** Part of the cache key: a result that depends on a feed names the feed's age here. */
  readonly freshness?: string;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StepResult {
  /** One for each command of the step. */
  readonly commands: readonly CommandResult[];
  readonly outputs: ReadonlyMap<string, string>;
  readonly cached: boolean;
  /** Stand-in images that took part, by their reference. */
  readonly standIns: readonly string[];
}

export interface BuiltImage {
  readonly service: string;
  readonly reference: string;
  /** Config digest, `sha256:…`: the same in every engine and after the push. */
  readonly imageId: string;
  /** Uncompressed size of all layers, bytes. */
  readonly sizeBytes: number;
  readonly standIns: readonly string[];
  readonly cached: boolean;
  /** Id of what this run has built, where the registry had another image of the commit already: that is this one. */
  readonly insteadOf?: string;
}

export interface Engine {
  /** For the report, e.g. `podman 4.3.1`. */
  readonly description: string;
  /** Throws StepError; never resolves when a command's exit code was not accepted. */
  run(step: Step, signal: AbortSignal): Promise<StepResult>;
  /** Throws StepError, with code BUILD_FAILED when the Dockerfile itself is at fault. */
  build(build: ImageBuild, signal: AbortSignal): Promise<BuiltImage>;
  /** Makes the step run again the next time, whatever is known of it: its result could not be used. */
  forget(step: Step, signal: AbortSignal): Promise<void>;
  /** What the steps' files are taken from. */
  readonly tree: SourceTree;
  /** Whether an image of the catalogue can be had at once: pulled, or a stand-in that is there already. */
  has(name: ImageName, signal: AbortSignal): Promise<boolean>;
  /**
   * Starts the kept services of a step that is to come, in good time, unless the
   * results of the steps `before` it are known: then most likely its own is too.
   * Never rejects: what fails here fails again, and is told, when the step runs.
   */
  startAhead(services: readonly StepService[], before: readonly Step[], signal: AbortSignal): Promise<"started" | "not started">;
}

/** The repository's files as all steps see them. Paths lead from its root. */
export interface SourceTree {
  /** Paths of all files of this name, sorted. */
  find(fileName: string): Promise<readonly string[]>;
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
}
