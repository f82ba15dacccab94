import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findContainerEngine } from "../container-engine/find-engine.ts";
import type { Check, CheckResult, CheckSurroundings } from "./check.ts";
import { readVitestReport } from "./vitest-report.ts";

/** Checks of the pipeline's own code, on this machine. */
export const ownChecks: readonly Check[] = [
  { name: "types", lane: "processor", run: async (surroundings) => runTool("tsc", ["--noEmit"], surroundings) },
  // For browsers, which know other things than Node does.
  { name: "page types", lane: "processor", run: async (surroundings) => runTool("tsc", ["--noEmit", "-p", "ci/rehearsal/page"], surroundings) },
  // All of it at once, with types, takes more than Node's usual 4 GB.
  { name: "lint", lane: "processor", run: async (surroundings) => runTool("eslint", ["--max-warnings", "0", "."], { ...surroundings, env: { ...surroundings.env, NODE_OPTIONS: "--max-old-space-size=8192" } }) },
  { name: "library", lane: "processor", run: async (surroundings) => runVitest(["dagger/test"], surroundings) },
  { name: "stacks", lane: "processor", run: async (surroundings) => runVitest(["cdktf/test"], surroundings) },
  { name: "rehearsal", lane: "processor", run: runRehearsal },
  { name: "wrappers", lane: "processor", run: async (surroundings) => runVitest(["ci/wrappers"], surroundings) },
  { name: "machine", lane: "containers", run: runMachine },
];

/** The rehearsal takes the engine's settings from its environment; the pipeline finds out what they have to be here. */
async function runRehearsal(surroundings: CheckSurroundings): Promise<CheckResult> {
  const { cli } = await findContainerEngine({ ...surroundings, install: "yes" });
  return runVitest(["ci/rehearsal"], { ...surroundings, env: { ...surroundings.env, ...cli.env } });
}

/**
 * Tests that build images and remove them: one file after the other, for Podman's
 * builds end when another process removes an image that they look at. The rest
 * runs beside them.
 */
const buildingTests = ["ci/local/test/cli/", "ci/local/test/engine/", "ci/local/test/gates/", "ci/local/test/release/push"];

async function runMachine(surroundings: CheckSurroundings): Promise<CheckResult> {
  // On a machine that has none yet: the tests find an engine, they install none.
  await findContainerEngine({ ...surroundings, install: "yes" });
  const [builds, others] = await Promise.all([
    runVitest([...buildingTests, "--no-file-parallelism"], surroundings),
    runVitest(["ci/local", "ci/images", "--no-file-parallelism", ...buildingTests.map((path) => `--exclude=${path}**`)], surroundings),
  ]);
  return { passed: builds.passed + others.passed, failed: builds.failed + others.failed, skipped: builds.skipped + others.skipped, output: [builds.output, others.output].filter((text) => text !== "").join("\n\n") };
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
