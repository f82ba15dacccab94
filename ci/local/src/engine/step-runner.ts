import { join } from "node:path";
import type { LimitFunction } from "p-limit";
import type { Step, StepResult } from "../../../../dagger/src/engine/engine.ts";
import { mayBeKept } from "../../../../dagger/src/engine/step-script.ts";
import { allDone } from "../run/all-done.ts";
import { ImageArchives } from "./image-archives.ts";
import type { ImageBuilder } from "./image-builder.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { runContainer, type StepSurroundings } from "./run-container.ts";
import type { StepSources } from "./step-archive.ts";
import { areBuilt, stepInputs, stepKey, type StepInputs } from "./step-inputs.ts";
import { startServices } from "./step-services.ts";

/** Runs each step once: what is known is taken from the cache, and whoever needs the same step shares it. */
export class StepRunner {
  readonly #parts: LocalEngineParts;
  readonly #builder: ImageBuilder;
  readonly #limit: LimitFunction;
  readonly #archives: ImageArchives;
  readonly #running = new Map<string, Promise<StepResult>>();
  readonly #left = new Map<string, Promise<string>>();

  constructor(parts: LocalEngineParts, builder: ImageBuilder, limit: LimitFunction) {
    this.#parts = parts;
    this.#builder = builder;
    this.#limit = limit;
    this.#archives = new ImageArchives(parts);
  }

  async run(step: Step, signal: AbortSignal): Promise<StepResult> {
    const inputs = await stepInputs(step, this.#parts, this.#builder, signal);
    const key = stepKey(step, inputs, this.#parts);
    const running = this.#running.get(key) ?? this.#runOnce(step, inputs, key, signal);
    this.#running.set(key, running);
    return running;
  }

  /** Whether the result is in the cache; nothing is built to find out. */
  async isKnown(step: Step, signal: AbortSignal): Promise<boolean> {
    if (!(await areBuilt(step, this.#builder, signal))) return false;
    const inputs = await stepInputs(step, this.#parts, this.#builder, signal);
    return (await this.#parts.cache.get(stepKey(step, inputs, this.#parts), this.#parts.clock.now())) !== undefined;
  }

  async forget(step: Step, signal: AbortSignal): Promise<void> {
    if (!(await areBuilt(step, this.#builder, signal))) return;
    const key = stepKey(step, await stepInputs(step, this.#parts, this.#builder, signal), this.#parts);
    this.#running.delete(key);
    await this.#parts.cache.remove(key);
  }

  async #runOnce(step: Step, inputs: StepInputs, key: string, signal: AbortSignal): Promise<StepResult> {
    const { cache, clock, newId } = this.#parts;
    const standIns = [...new Set([inputs.image, ...inputs.images.values(), ...inputs.serviceImages].flatMap((image) => image.standIns))];
    const known = await cache.get(key, clock.now());
    if (known !== undefined) return { commands: known.commands, outputs: new Map(known.outputs), cached: true, standIns };
    const { commands, outputs } = await this.#inContainer(step, inputs, signal);
    if (mayBeKept(step, commands)) await cache.put(key, { commands, outputs: [...outputs] }, newId());
    return { commands, outputs, cached: false, standIns };
  }

  /** Files that steps leave for others, each made once a run. They go with the run's folder. */
  async #leftFor(step: Step, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const wanted = step.files.flatMap((files) => (files.from === "step" ? [files] : []));
    return new Map(await allDone(wanted.map(async (files) => [files.to, await this.#fileOf(files, signal)] as const)));
  }

  async #fileOf(wanted: { readonly step: Step; readonly path: string }, signal: AbortSignal): Promise<string> {
    const inputs = await stepInputs(wanted.step, this.#parts, this.#builder, signal);
    const key = `${stepKey(wanted.step, inputs, this.#parts)} ${wanted.path}`;
    const make = async (): Promise<string> => {
      const to = join(this.#parts.runFolder, `left-${this.#parts.newId()}`);
      await this.#inContainer(wanted.step, inputs, signal, { path: wanted.path, to });
      return to;
    };
    const making = this.#left.get(key) ?? make();
    this.#left.set(key, making);
    return making;
  }

  async #inContainer(step: Step, inputs: StepInputs, signal: AbortSignal, takes?: StepSurroundings["takes"]): ReturnType<typeof runContainer> {
    const parts = this.#parts;
    // Before this step takes its turn: what it waits for has to have one.
    const left = await this.#leftFor(step, signal);
    const { services = [] } = step;
    const start = async () => (services.length === 0 ? undefined : startServices(services, parts, signal));
    // One that is kept may take a minute to start, and takes no other step's turn meanwhile.
    const kept = services.some((service) => service.kept) ? await start() : undefined;
    const sources: StepSources = { snapshot: parts.snapshot, imageArchive: async (build) => this.#archives.of(inputs.images.get(build) ?? (await this.#builder.build(build, signal)), signal), left };
    return this.#limit(async () => {
      signal.throwIfAborted();
      const running = kept ?? (await start());
      try {
        return await runContainer(step, { image: inputs.image.reference, sources, ...(running === undefined ? {} : { services: running }), ...(takes === undefined ? {} : { takes }) }, parts, signal);
      } finally {
        await running?.stop();
      }
    });
  }
}
