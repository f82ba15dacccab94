import { describe, expect, it } from "vitest";
import { observedEngine } from "../../src/engine/observed-engine.ts";
import { StepError, type StepErrorCode } from "../../src/engine/step-error.ts";
import type { PipelineEvent } from "../../src/report/events.ts";
import { aStep } from "../support/a-step.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";
import { steppingClock } from "../support/stepping-clock.ts";

const signal = new AbortController().signal;
const step = aStep({ name: "secrets", commands: [] });
const build = { service: "web", context: "web", dockerfile: "Dockerfile", target: "runtime", baseImages: {}, timeoutMs: 1000 };
const done = { commands: [], outputs: new Map(), standIns: [] };

/** What an engine tells of itself while it answers. */
function observe(answers: Parameters<typeof fakeEngine>[0], owns: (step: string) => boolean = () => true) {
  const events: Omit<PipelineEvent, "at">[] = [];
  const failures: StepErrorCode[] = [];
  const steps: string[] = [];
  const engine = observedEngine(fakeEngine(answers), { gate: "secrets", owns, emit: (event) => events.push(event), clock: steppingClock(), onFailure: (code) => failures.push(code), onStep: (of) => steps.push(of.name) });
  return { engine, events, failures, steps };
}

describe("an observed engine", () => {
  it.each([
    [true, "cached"],
    [false, "done"],
  ])("tells of a step that began and ended (cached: %s): %s", async (cached, outcome) => {
    const { engine, events } = observe({ run: () => ({ ...done, cached }) });
    expect(await engine.run(step, signal)).toEqual({ ...done, cached });
    expect(events).toEqual([
      { kind: "step-started", gate: "secrets", step: "secrets" },
      { kind: "step-finished", gate: "secrets", step: "secrets", outcome, durationMs: 1 },
    ]);
  });

  it("tells of a build by its service, and is otherwise the engine itself", async () => {
    const { engine, events } = observe({});
    expect(engine.description).toBe("fake 1.0");
    expect(await engine.build(build, signal)).toEqual(builtImage(build));
    expect(events).toMatchObject([{ kind: "step-started", step: "build/web" }, { kind: "step-finished", step: "build/web", outcome: "done" }]);
  });

  it("tells why a step failed, and throws on", async () => {
    const { engine, events, failures } = observe({ run: () => { throw new StepError("ENGINE_LOST", "Gone."); } });
    await expect(engine.run(step, signal)).rejects.toThrow("Gone.");
    expect(events.at(-1)).toMatchObject({ kind: "step-finished", outcome: "failed" });
    expect(failures).toEqual(["ENGINE_LOST"]);
  });

  it("tells of a step that was cancelled as stopped, not failed", async () => {
    const { engine, events } = observe({ run: () => { throw new StepError("CANCELLED", "Cancelled."); } });
    await expect(engine.run(step, signal)).rejects.toMatchObject({ code: "CANCELLED" });
    expect(events.at(-1)).toMatchObject({ kind: "step-finished", outcome: "stopped" });
  });

  it("tells of a step that is another gate's as shared, however it ends", async () => {
    const fine = observe({ run: () => ({ ...done, cached: true }) }, () => false);
    await fine.engine.run(step, signal);
    const failing = observe({ run: () => { throw new StepError("TIMED_OUT", "Late."); } }, () => false);
    await expect(failing.engine.run(step, signal)).rejects.toThrow("Late.");
    expect([fine, failing].map(({ events }) => events.at(-1))).toMatchObject([{ outcome: "shared" }, { outcome: "shared" }]);
  });

  it("throws a defect on as it is", async () => {
    const { engine, failures } = observe({ build: () => { throw new TypeError("a defect"); } });
    await expect(engine.build(build, signal)).rejects.toThrow(TypeError);
    expect(failures).toEqual([]);
  });
});
