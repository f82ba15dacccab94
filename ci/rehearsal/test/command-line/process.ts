import { mkdtemp, rm } from "node:fs/promises";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
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

/**
 * The environment of a machine whose Podman takes every order and has no image:
 * for what is about processes, states and words. A real engine takes most of a
 * second to be tried, at each start.
 */
export const withoutContainers: NodeJS.ProcessEnv = { PATH: [engineFolder(), process.env["PATH"]].join(delimiter) };

function engineFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-engine-"));
  writeFileSync(join(folder, "podman"), '#!/bin/sh\n[ "$1" != image ]\n');
  chmodSync(join(folder, "podman"), 0o755);
  process.once("exit", () => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}

/** The command line, as a process of its own. */
export const rehearsalIn = async (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> => execa(process.execPath, [main, ...args], { reject: false, env });
export const rehearsal = async (...args: readonly string[]): Promise<Outcome> => rehearsalIn(withoutContainers, ...args);

/** A state of a test's own; whatever runs with it ends with the test. */
export async function scratchState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-cli-"));
  onTestFinished(async () => {
    await rehearsal("stop", "--state", folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

export const start = async (state: string, ...more: readonly string[]): Promise<{ readonly url: string; readonly pid: number }> => startIn(withoutContainers, state, ...more);

export async function startIn(env: NodeJS.ProcessEnv, state: string, ...more: readonly string[]): Promise<{ readonly url: string; readonly pid: number }> {
  const { stdout, stderr } = await rehearsalIn(env, "start", "--json", "--port", "0", "--state", state, ...more);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { url: string; pid: number };
}
