import type { Clock } from "../clock.ts";
import type { EmitEvent } from "../report/events.ts";
import type { GateName } from "../report/schema.ts";
import type { Engine, Step } from "./engine.ts";
import { StepError, type StepErrorCode } from "./step-error.ts";

export interface Observer {
  readonly gate: GateName;
  /** False for a step that another gate of the run tells of: the two share it. */
  readonly owns: (step: string) => boolean;
  readonly emit: EmitEvent;
  readonly clock: Clock;
  readonly onFailure: (code: StepErrorCode) => void;
  readonly onStep: (step: Step) => void;
}

/** An engine that tells what it does for one gate. */
export function observedEngine(engine: Engine, { gate, owns, emit, clock, onFailure, onStep }: Observer): Engine {
  const observe = async <Result extends { readonly cached: boolean }>(step: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = clock.now();
    emit({ kind: "step-started", gate, step });
    try {
      const result = await work();
      emit({ kind: "step-finished", gate, step, outcome: !owns(step) ? "shared" : result.cached ? "cached" : "done", durationMs: clock.now() - startedAt });
      return result;
    } catch (error) {
      if (error instanceof StepError) onFailure(error.code);
      const outcome = !owns(step) ? "shared" : error instanceof StepError && error.code === "CANCELLED" ? "stopped" : "failed";
      emit({ kind: "step-finished", gate, step, outcome, durationMs: clock.now() - startedAt });
      throw error;
    }
  };
  return {
    description: engine.description,
    tree: engine.tree,
    has: async (name, signal) => engine.has(name, signal),
    startAhead: async (services, before, signal) => {
      const startedAt = clock.now();
      const outcome = await engine.startAhead(services, before, signal);
      if (outcome === "started") emit({ kind: "step-finished", gate, step: `start/${services.map((service) => service.name).join(", ")}`, outcome: "done", durationMs: clock.now() - startedAt });
      return outcome;
    },
    forget: async (step, signal) => engine.forget(step, signal),
    run: async (step, signal) => {
      onStep(step);
      return observe(step.name, async () => engine.run(step, signal));
    },
    build: async (build, signal) => observe(`build/${build.service}`, async () => engine.build(build, signal)),
  };
}
