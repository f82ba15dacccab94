import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Engine, Step, StepResult } from "../../src/engine/engine.ts";
import { readStepRecord } from "../../src/engine/step-script.ts";
import { fakeEngine } from "./fake-engine.ts";

const fixtureSchema = z.strictObject({
  /** What the case is, for people. */
  shows: z.string(),
  tools: z.string(),
  commands: z.array(z.strictObject({ argv: z.array(z.string()), exitCode: z.number().int(), stdout: z.string(), stderr: z.string() })),
  /** Path in the container -> text; a path is absent where the tool left nothing. */
  outputs: z.record(z.string(), z.string()),
});

/** A run of a gate's step on a scratch repository, as `record/` kept it. */
export type Fixture = z.infer<typeof fixtureSchema>;

export function readFixture(name: string): Fixture {
  return fixtureSchema.parse(JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")));
}

/** The result as the tools left it, whatever their exit codes. */
export function resultOf(fixture: Fixture): StepResult {
  return { commands: fixture.commands, outputs: new Map(Object.entries(fixture.outputs)), cached: false, standIns: [] };
}

/** An engine that answers with a recorded run, by the same rules of exit codes and outputs as the real ones. */
export function recordedEngine(fixture: Fixture): Engine {
  return recordedSteps(() => fixture);
}

/** As `recordedEngine`, with a fixture for each step. */
export function recordedSteps(fixtureOf: (step: Step) => Fixture, files: Readonly<Record<string, string>> = {}): Engine {
  return fakeEngine({
    files,
    run: (step) => {
      const fixture = fixtureOf(step);
      const asked = step.commands.map((command) => command.argv);
      if (JSON.stringify(asked) !== JSON.stringify(fixture.commands.map((command) => command.argv))) {
        throw new Error(`the step's commands have changed since the fixture was recorded: see dagger/test/record`);
      }
      return { ...readStepRecord(step, recordOf(step, fixture)), cached: false, standIns: [] };
    },
  });
}

function recordOf(step: Step, fixture: Fixture): Map<string, string> {
  const record = new Map<string, string>();
  for (const [index, command] of fixture.commands.entries()) {
    record.set(`${String(index)}.status`, `${String(command.exitCode)} 1 900\n`).set(`${String(index)}.stdout`, command.stdout).set(`${String(index)}.stderr`, command.stderr);
  }
  for (const [index, path] of step.outputs.entries()) {
    const text = fixture.outputs[path];
    if (text !== undefined) record.set(`${String(index)}.output`, text);
  }
  return record;
}
