import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Step } from "../../src/engine/engine.ts";
import { stepFolder, stepScript, type StepRecord } from "../../src/engine/step-script.ts";

export interface ScratchRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the script itself printed. */
  readonly stderr: string;
  readonly record: StepRecord;
}

/**
 * Really runs a step's script, without a container: `places` says which scratch
 * folder stands for which folder of the container.
 */
export async function runInScratch(step: Step, root: string, places: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}, limitBytes?: number): Promise<ScratchRun> {
  // Of its own: the script takes for granted that the real one has no space in its path.
  const folder = await mkdtemp(join(tmpdir(), "step-"));
  let script = stepScript(step, limitBytes).replaceAll(stepFolder, folder);
  for (const [from, to] of Object.entries(places)) script = script.replaceAll(`'${from}`, `'${to}`);
  for (const output of step.outputs) await mkdir(dirname(placed(output, places)), { recursive: true });
  await writeFile(join(folder, "run.sh"), script);
  const child = spawn("/bin/sh", [join(folder, "run.sh")], {
    cwd: root,
    // Open and silent: whoever reads from it waits.
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", HOME: root, ...step.env, ...env },
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject).on("close", (code, name) => {
      resolve([code, name]);
    });
  });
  const record = new Map<string, string>();
  for (const name of await readdir(join(folder, "result"))) record.set(name, await readFile(join(folder, "result", name), "utf8"));
  await rm(folder, { recursive: true });
  return { exitCode, signal, stderr, record };
}

function placed(path: string, places: Readonly<Record<string, string>>): string {
  const from = Object.keys(places).find((place) => path.startsWith(place));
  return from === undefined ? path : `${places[from] ?? ""}${path.slice(from.length)}`;
}
