import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished } from "vitest";

export const main = fileURLToPath(new URL("../../src/command-line/main.ts", import.meta.url));
export const notesWorld = fileURLToPath(new URL("../../worlds/notes.tf.json", import.meta.url));

export interface Outcome {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line, as a process of its own. */
export const rehearsal = async (...args: readonly string[]): Promise<Outcome> => execa(process.execPath, [main, ...args], { reject: false });

/** A state of a test's own; whatever runs with it ends with the test. */
export async function scratchState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-cli-"));
  onTestFinished(async () => {
    await rehearsal("stop", "--state", folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function start(state: string, ...more: readonly string[]): Promise<{ readonly url: string; readonly pid: number }> {
  const { stdout, stderr } = await rehearsal("start", "--json", "--port", "0", "--state", state, ...more);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { url: string; pid: number };
}
