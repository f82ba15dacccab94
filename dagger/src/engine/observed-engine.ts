import type { Clock } from "../clock.ts";
import type { EmitEvent } from "../report/events.ts";
import type { GateName } from "../report/schema.ts";
import type { Engine } from "./engine.ts";
import { StepError, type StepErrorCode } from "./step-error.ts";

/** An engine that tells what it does for one gate. */
export function observedEngine(engine: Engine, gate: GateName, emit: EmitEvent, clock: Clock, onFailure: (code: StepErrorCode) => void): Engine {
  const observe = async <Result extends { readonly cached: boolean }>(step: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = clock.now();
    emit({ kind: "step-started", gate, step });
    try {
      const result = await work();
      emit({ kind: "step-finished", gate, step, outcome: result.cached ? "cached" : "done", durationMs: clock.now() - startedAt });
      return result;
    } catch (error) {
      if (error instanceof StepError) onFailure(error.code);
      const outcome = error instanceof StepError && error.code === "CANCELLED" ? "stopped" : "failed";
      emit({ kind: "step-finished", gate, step, outcome, durationMs: clock.now() - startedAt });
      throw error;
    }
  };
  return {
    description: engine.description,
    run: async (step, signal) => observe(step.name, async () => engine.run(step, signal)),
    build: async (build, signal) => observe(`build/${build.service}`, async () => engine.build(build, signal)),
  };
}
