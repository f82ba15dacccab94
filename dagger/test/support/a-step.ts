import type { Step, StepCommand } from "../../src/engine/engine.ts";

/** A step with nothing in it but what the test is about. */
export function aStep(step: Partial<Step> & { commands: readonly StepCommand[] }): Step {
  return {
    name: "secrets",
    image: { kind: "named", name: "gitleaks" },
    files: [],
    workdir: "/tmp",
    env: {},
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: 20_000,
    memoryMb: 512,
    network: "none",
    ...step,
  };
}
