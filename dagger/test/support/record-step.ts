import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Step } from "../../src/engine/engine.ts";
import type { Fixture } from "./fixtures.ts";
import { runInScratch } from "./run-in-scratch.ts";

export interface RecordOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of the machine that stand for others of the container, beside the step's own places. */
  readonly alsoAt?: Readonly<Record<string, string>>;
}

/** Runs every command of a step, accepted or not, and keeps what each left. Files that are texts are laid out; the others are the caller's. */
export async function recordStep(step: Step, root: string, places: Readonly<Record<string, string>>, about: Pick<Fixture, "shows" | "tools">, options: RecordOptions = {}): Promise<Fixture> {
  for (const file of step.files) {
    if (file.from !== "text") continue;
    const place = Object.keys(places).find((from) => file.to.startsWith(from));
    if (place === undefined) throw new Error(`no place for ${file.to}`);
    const path = `${places[place] ?? ""}${file.to.slice(place.length)}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
  const anyCode = Array.from({ length: 256 }, (_, code) => code);
  const run = await runInScratch({ ...step, commands: step.commands.map((command) => ({ ...command, accept: anyCode })) }, root, places, options.env);
  const asInContainer = (text: string): string => Object.entries({ ...places, ...options.alsoAt }).reduce((result, [there, scratch]) => result.replaceAll(scratch, there), text);
  return {
    ...about,
    commands: step.commands.map((command, index) => ({
      argv: [...command.argv],
      exitCode: Number(/^\d+/.exec(run.record.get(`${String(index)}.status`) ?? "")?.[0]),
      stdout: asInContainer(run.record.get(`${String(index)}.stdout`) ?? ""),
      stderr: asInContainer(run.record.get(`${String(index)}.stderr`) ?? ""),
    })),
    outputs: Object.fromEntries(
      step.outputs.flatMap((path, index): [string, string][] => {
        const text = run.record.get(`${String(index)}.output`);
        return text === undefined ? [] : [[path, asInContainer(text)]];
      }),
    ),
  };
}
