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
  /** A folder of the repository: tracked and untracked files, minus what Git ignores. */
  | { readonly from: "tree"; readonly path: string; readonly to: string }
  /** A bare clone with every ref: the whole history. */
  | { readonly from: "history"; readonly to: string }
  | { readonly from: "text"; readonly content: string; readonly to: string };

export interface StepCommand {
  /** What messages call it; the first word of `argv` when absent. */
  readonly program?: string;
  readonly argv: readonly string[];
  /**
   * Exit codes that mean "the tool did its work", findings or not. Any other
   * code is the tool's failure: nothing is cached and nothing is parsed.
   */
  readonly accept: readonly number[];
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
}

export interface Engine {
  /** For the report, e.g. `podman 4.3.1`. */
  readonly description: string;
  /** Throws StepError; never resolves when a command's exit code was not accepted. */
  run(step: Step, signal: AbortSignal): Promise<StepResult>;
  /** Throws StepError, with code BUILD_FAILED when the Dockerfile itself is at fault. */
  build(build: ImageBuild, signal: AbortSignal): Promise<BuiltImage>;
}
