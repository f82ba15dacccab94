import pLimit from "p-limit";
import type { BuiltImage, Engine, ImageBuild, SourceTree, Step, StepResult, StepService } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import type { ImageName } from "../../../../dagger/src/images/catalogue.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { explainEngineError } from "./explain-engine-error.ts";
import { ImageBuilder } from "./image-builder.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { snapshotTree } from "./snapshot-tree.ts";
import { StepRunner } from "./step-runner.ts";
import { startServices } from "./step-services.ts";

/** What one step is given room for when the machine's memory decides how many run at once. */
const roomForOneStepBytes = 3 * 1024 ** 3;

/** Steps and builds on Docker or Podman, by the command line that both have. */
export class LocalEngine implements Engine {
  readonly description: string;
  readonly tree: SourceTree;
  readonly #parts: LocalEngineParts;
  readonly #builder: ImageBuilder;
  readonly #runner: StepRunner;

  constructor(parts: LocalEngineParts) {
    const { program, version, cpus, memoryBytes } = parts.containers;
    this.description = `${program} ${version}`;
    this.#parts = parts;
    const limit = pLimit(Math.max(1, Math.min(cpus, Math.floor(memoryBytes / roomForOneStepBytes))));
    this.#builder = new ImageBuilder(parts, limit);
    this.#runner = new StepRunner(parts, this.#builder, limit);
    this.tree = snapshotTree(parts.snapshot);
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
    return explained(this.#parts.containers, signal, async () => this.#runner.run(step, signal));
  }

  /** A cache that cannot be asked holds nothing either. */
  async forget(step: Step, signal: AbortSignal): Promise<void> {
    await this.#runner.forget(step, signal).catch(() => undefined);
  }

  async has(name: ImageName, signal: AbortSignal): Promise<boolean> {
    return explained(this.#parts.containers, signal, async () => this.#parts.has(name, signal));
  }

  async startAhead(services: readonly StepService[], before: readonly Step[], signal: AbortSignal): Promise<"started" | "not started"> {
    try {
      const known = await Promise.all(before.map(async (step) => this.#runner.isKnown(step, signal)));
      if (known.every(Boolean)) return "not started";
      await startServices(services, this.#parts, signal);
      return "started";
    } catch {
      return "not started";
    }
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
