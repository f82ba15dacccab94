import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * The Notes application released on the rehearsal with real containers, with
 * its images built before:
 *   node ci/bench/rehearsed-release.ts
 * Rivals are the times that a release may take; no other tool does this.
 */

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "gitops-bench-"));
try {
  const file = join(folder, "figures");
  const startedAt = performance.now();
  await run(join(root, "node_modules/.bin/vitest"), ["run", "--config", "vitest.release.config.ts"], { cwd: root, env: { ...process.env, GITOPS_RELEASE_FIGURES: file } });
  const wholeSeconds = (performance.now() - startedAt) / 1000;
  const said = await readFile(file, "utf8");
  const seconds = (what: string): number => Number(new RegExp(`^${what}: ([0-9.]+) s`, "m").exec(said)?.[1] ?? NaN);
  print("a task of four containers, until healthy", seconds("second release, until four containers are healthy"), undefined);
  print("a linear release, until the old tasks are gone", seconds("linear release"), 60);
  print("world, three releases and a rollback", wholeSeconds, 120);
  console.log(said);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function print(what: string, took: number, mostSeconds: number | undefined): void {
  console.log(`${what.padEnd(48)} ${took.toFixed(1).padStart(6)} s   ${mostSeconds === undefined ? "" : `${(took / mostSeconds).toFixed(2)} × of what it may take, ${String(mostSeconds)} s`}`);
}
