import type { Engine, Step, StepResult } from "../../src/engine/engine.ts";
import type { Config } from "../../src/config.ts";
import type { GateContext } from "../../src/gates/gate.ts";
import { databaseMetadata } from "../record/image-cases.ts";
import { builtImage, fakeEngine } from "./fake-engine.ts";
import { readFixture, recordedEngine, type Fixture } from "./fixtures.ts";
import { aConfig, aContext } from "./values.ts";

/** One service, and a database in a folder of the repository: what the fixtures were recorded with. */
export const imageConfig = (gates: Readonly<Record<string, unknown>> = {}): Config => aConfig({ services: { backend: { path: "services/backend" } }, gates: { "image-scan": { database: "./database" }, ...gates } });

export const databaseFiles = { "database/trivy.db": "", "database/metadata.json": databaseMetadata("2026-11-23T06:12:31.123456789Z") };

/** The image that Syft was given. */
export function imageIdOf(syft: Fixture): string {
  const argv = syft.commands[1]?.argv ?? [];
  return argv[argv.indexOf("--source-version") + 1] ?? "";
}

interface ImageEngineOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** Answers in place of the recorded runs, by the step's name. */
  readonly run?: Readonly<Record<string, (step: Step) => StepResult>>;
  readonly steps?: Step[];
  /** What a test does to a recorded run. */
  readonly change?: (fixture: Fixture) => Fixture;
}

/** An engine on which Syft and Trivy look at the image of a recorded case. */
export function imageEngine(name: string, options: ImageEngineOptions = {}): Engine {
  const syft = readFixture(`syft/${name.replace(/-with(out)?-.*database$|-without-metadata$/, "")}`);
  return fakeEngine({
    files: { ...databaseFiles, ...options.files },
    build: (build) => ({ ...builtImage(build), imageId: imageIdOf(syft) }),
    run: async (step, signal) => {
      options.steps?.push(step);
      const answer = options.run?.[step.name];
      if (answer !== undefined) return answer(step);
      const fixture = step.name.startsWith("sbom/") ? syft : readFixture(`trivy/${name}`);
      return recordedEngine(step.name.startsWith("sbom/") ? fixture : (options.change?.(fixture) ?? fixture)).run(step, signal);
    },
  });
}

export const imageContext = (name: string, options: ImageEngineOptions & Partial<Pick<GateContext, "config" | "now">> = {}): GateContext =>
  aContext({ engine: imageEngine(name, options), config: options.config ?? imageConfig(), ...(options.now === undefined ? {} : { now: options.now }) });
