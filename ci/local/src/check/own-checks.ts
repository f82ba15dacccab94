import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findContainerEngine } from "../container-engine/find-engine.ts";
import type { Check, CheckResult, CheckSurroundings } from "./check.ts";
import { readVitestReport } from "./vitest-report.ts";

/** Checks of the pipeline's own code, on this machine. */
export const ownChecks: readonly Check[] = [
  { name: "types", run: async (surroundings) => runTool("tsc", ["--noEmit"], surroundings) },
  // For browsers, which know other things than Node does.
  { name: "page types", run: async (surroundings) => runTool("tsc", ["--noEmit", "-p", "ci/rehearsal/page"], surroundings) },
  // All of it at once, with types, takes more than Node's usual 4 GB.
  { name: "lint", run: async (surroundings) => runTool("eslint", ["--max-warnings", "0", "."], { ...surroundings, env: { ...surroundings.env, NODE_OPTIONS: "--max-old-space-size=8192" } }) },
  { name: "library", run: async (surroundings) => runVitest(["dagger/test"], surroundings) },
  { name: "machine", run: runMachine },
  // After it: by then there is a container engine.
  { name: "rehearsal", run: runRehearsal },
];

/** The rehearsal takes the engine's settings from its environment; the pipeline finds out what they have to be here. */
async function runRehearsal(surroundings: CheckSurroundings): Promise<CheckResult> {
  const { cli } = await findContainerEngine({ ...surroundings, install: "yes" });
  return runVitest(["ci/rehearsal"], { ...surroundings, env: { ...surroundings.env, ...cli.env } });
}

async function runMachine(surroundings: CheckSurroundings): Promise<CheckResult> {
  // On a machine that has none yet: the tests find an engine, they install none.
  await findContainerEngine({ ...surroundings, install: "yes" });
  // One file after the other: they share one container engine, and count what is in it.
  return runVitest(["ci/local", "ci/images", "--no-file-parallelism"], surroundings);
}

async function runTool(tool: string, args: readonly string[], { root, env, signal }: CheckSurroundings): Promise<CheckResult> {
  const { exitCode, all } = await execa(join(root, "node_modules", ".bin", tool), args, { cwd: root, env, cancelSignal: signal, reject: false, all: true });
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0, output: all };
}

/** Runs Vitest over test files whose path contains one of `filters`, or over a folder's own configuration. */
export async function runVitest(filters: readonly string[], { root, env, signal }: CheckSurroundings, options: { folder?: string; extraEnv?: Readonly<Record<string, string>> } = {}): Promise<CheckResult> {
  const folder = await mkdtemp(join(tmpdir(), "gitops-check-"));
  const report = join(folder, "vitest.json");
  try {
    const { all } = await execa(join(root, "node_modules", ".bin", "vitest"), ["run", ...filters, "--reporter=json", `--outputFile=${report}`], {
      cwd: options.folder ?? root,
      env: { ...env, ...options.extraEnv },
      cancelSignal: signal,
      reject: false,
      all: true,
    });
    const text = await readFile(report, "utf8").catch(() => undefined);
    return text === undefined ? { passed: 0, failed: 1, skipped: 0, output: `Vitest left no report.\n${all}` } : readVitestReport(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
