import pLimit, { type LimitFunction } from "p-limit";
import type { BuiltImage, Engine, ImageBuild, Step, StepImage, StepResult } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { explainEngineError } from "./explain-engine-error.ts";
import { ImageBuilder, type BuiltTarget } from "./image-builder.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { runContainer } from "./run-container.ts";
import { digest } from "./source-snapshot.ts";

/** Raise it when the same key would now give another result. */
const cacheVersion = 1;
/** What one step is given room for when the machine's memory decides how many run at once. */
const roomForOneStepBytes = 3 * 1024 ** 3;

/** Steps and builds on Docker or Podman, by the command line that both have. */
export class LocalEngine implements Engine {
  readonly description: string;
  readonly #parts: LocalEngineParts;
  readonly #limit: LimitFunction;
  readonly #builder: ImageBuilder;

  constructor(parts: LocalEngineParts) {
    const { program, version, cpus, memoryBytes } = parts.containers;
    this.description = `${program} ${version}`;
    this.#parts = parts;
    this.#limit = pLimit(Math.max(1, Math.min(cpus, Math.floor(memoryBytes / roomForOneStepBytes))));
    this.#builder = new ImageBuilder(parts, this.#limit);
  }

  async build(build: ImageBuild, signal: AbortSignal): Promise<BuiltImage> {
    return explained(this.#parts.containers, signal, async () => {
      const built = await this.#builder.build(build, signal);
      return {
        service: build.service,
        reference: build.tag ?? built.reference,
        imageId: built.imageId,
        sizeBytes: built.sizeBytes,
        standIns: built.standIns,
        cached: built.cached,
      };
    });
  }

  async run(step: Step, signal: AbortSignal): Promise<StepResult> {
    return explained(this.#parts.containers, signal, async () => {
      const { cache, clock, newId } = this.#parts;
      const image = await this.#image(step.image, signal);
      const key = this.#key(step, image.imageId);
      const known = await cache.get(key, clock.now());
      if (known !== undefined) return { commands: known.commands, outputs: new Map(known.outputs), cached: true, standIns: image.standIns };
      const fresh = await this.#limit(async () => {
        signal.throwIfAborted();
        return runContainer(step, image.reference, this.#parts, signal);
      });
      await cache.put(key, { commands: fresh.commands, outputs: [...fresh.outputs] }, newId());
      return { ...fresh, cached: false, standIns: image.standIns };
    });
  }

  async #image(image: StepImage, signal: AbortSignal): Promise<Pick<BuiltTarget, "reference" | "imageId" | "standIns">> {
    if (image.kind === "build") return this.#builder.build(image.build, signal);
    const provided = await this.#parts.provide(image.name, signal);
    return { ...provided, standIns: provided.standIn ? [provided.reference] : [] };
  }

  /** Everything that goes in; limits and secrets do not change a result that came to its end. */
  #key(step: Step, imageId: string): string {
    const { snapshot } = this.#parts;
    return digest([
      cacheVersion,
      imageId,
      step.workdir,
      step.commands,
      Object.entries(step.env).toSorted(),
      step.files.map((files) => {
        if (files.from === "tree") return [files, snapshot.hashOf(files.path)];
        return files.from === "history" ? [files, snapshot.historyHash] : [files];
      }),
      Object.entries(step.caches).toSorted(),
      step.outputs,
      step.network,
      step.freshness ?? "",
    ]);
  }
}

async function explained<Result>(containers: ContainerEngine, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw new StepError("CANCELLED", "Cancelled.", { cause: error });
    throw await explainEngineError(error, containers);
  }
}
