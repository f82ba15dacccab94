import type { BuiltImage, Engine, ImageBuild, Step, StepResult } from "../../src/engine/engine.ts";

type Answer<Question, Result> = (question: Question, signal: AbortSignal) => Result | Promise<Result>;

/** An engine that runs nothing: each test says what it answers. */
export function fakeEngine(answers: { run?: Answer<Step, StepResult>; build?: Answer<ImageBuild, BuiltImage> } = {}): Engine {
  return {
    description: "fake 1.0",
    run: async (step, signal) => {
      if (answers.run === undefined) throw new Error(`the test did not expect step ${step.name}`);
      return answers.run(step, signal);
    },
    build: async (build, signal) => (answers.build ?? builtImage)(build, signal),
  };
}

export function builtImage(build: Pick<ImageBuild, "service" | "tag">): BuiltImage {
  return { service: build.service, reference: build.tag ?? "untagged", imageId: `sha256:${"ab".repeat(32)}`, sizeBytes: 123_456_789, standIns: [], cached: false };
}
