import type { BuiltImage, Engine, ImageBuild, Step, StepResult } from "../../src/engine/engine.ts";
import type { ImageName } from "../../src/images/catalogue.ts";

type Answer<Question, Result> = (question: Question, signal: AbortSignal) => Result | Promise<Result>;

interface Answers {
  readonly run?: Answer<Step, StepResult>;
  readonly build?: Answer<ImageBuild, BuiltImage>;
  readonly forget?: (step: Step) => void;
  /** The tree: path -> text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Images that can be had at once; all when absent. */
  readonly has?: readonly ImageName[];
}

/** An engine that runs nothing: each test says what it answers. */
export function fakeEngine(answers: Answers = {}): Engine {
  const files = answers.files ?? {};
  return {
    description: "fake 1.0",
    run: async (step, signal) => {
      if (answers.run === undefined) throw new Error(`the test did not expect step ${step.name}`);
      return answers.run(step, signal);
    },
    build: async (build, signal) => (answers.build ?? builtImage)(build, signal),
    tree: {
      find: async (fileName) => Promise.resolve(Object.keys(files).filter((path) => path.split("/").at(-1) === fileName).toSorted()),
      read: async (path) => Promise.resolve(files[path]),
    },
    has: async (name) => Promise.resolve(answers.has?.includes(name) ?? true),
    forget: async (step) => {
      answers.forget?.(step);
      return Promise.resolve();
    },
    startAhead: async () => Promise.resolve("not started"),
  };
}

export function builtImage(build: Pick<ImageBuild, "service" | "tag">): BuiltImage {
  return { service: build.service, reference: build.tag ?? "untagged", imageId: `sha256:${"ab".repeat(32)}`, sizeBytes: 123_456_789, standIns: [], cached: false };
}
