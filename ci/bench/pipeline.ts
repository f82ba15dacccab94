import { execa } from "execa";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/**
 * How much of a first run a second one costs, on this repository, up to the release:
 *   node ci/bench/pipeline.ts
 * The rival is the cold run of the same pipeline, measured in the same run, on
 * a clone, with a step cache of its own and (Podman) an image store of its own.
 */

const root = join(import.meta.dirname, "../..");
const reportSchema = z.object({ verdict: z.string(), engine: z.string(), gates: z.array(z.object({ name: z.string(), cached: z.boolean() })) });

const scratch = await mkdtemp(join(tmpdir(), "gitops-bench-"));
try {
  await main();
} finally {
  await execa("podman", ["unshare", "rm", "-rf", scratch], { reject: false });
  await rm(scratch, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const clone = join(scratch, "clone");
  await execa("git", ["clone", "--quiet", root, clone]);
  const env = { XDG_CACHE_HOME: join(scratch, "cache"), CONTAINERS_STORAGE_CONF: join(scratch, "storage.conf") };
  await writeFile(env.CONTAINERS_STORAGE_CONF, `[storage]\ndriver = "overlay"\ngraphroot = "${scratch}/graph"\nrunroot = "${scratch}/run"\n`);

  const cold = await pipeline(clone, env);
  const warm = await median(3, async () => pipeline(clone, env));
  await appendFile(join(clone, "services/backend/src/main.ts"), "\n// changed\n");
  const oneChanged = await pipeline(clone, env);

  const setUp = await median(5, async () => timed("node", ["ci/local/set-up.mjs"], root));
  const install = await timed("npm", ["ci", "--loglevel=error"], clone);
  const help = await median(5, async () => timed("node", ["ci/local/src/main.ts", "--help"], root));
  const nest = await median(5, async () => timed("node_modules/.bin/tsc", ["--help"], root));

  print([
    ["second run, nothing changed", warm.ms, "cold run", cold.ms, "0.1 and under 10 s"],
    ["run after a change in one service", oneChanged.ms, "cold run", cold.ms, ""],
    ["set-up, everything present", setUp.ms, "npm ci", install.ms, "under 0.5 s"],
    ["--help", help.ms, "tsc --help", nest.ms, "under 0.5 s"],
  ]);
  process.stdout.write(`\nverdict ${cold.verdict} on ${cold.engine}; the pipeline's own process took ${String(Math.round(cold.peakMb))} MB at its peak (with all gates, at most 250)\n`);
}

interface Timed {
  readonly ms: number;
}

async function timed(command: string, args: readonly string[], cwd: string): Promise<Timed> {
  const startedAt = performance.now();
  await execa(command, args, { cwd, preferLocal: true, localDir: root });
  return { ms: performance.now() - startedAt };
}

/** Runs the command line of this checkout on the clone; its peak memory comes from the process itself. */
async function pipeline(clone: string, env: Readonly<Record<string, string>>): Promise<Timed & { verdict: string; engine: string; peakMb: number }> {
  const peakFile = join(scratch, "peak");
  const probe = `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS / 1024)))`;
  const probeFile = join(scratch, "probe.cjs");
  await writeFile(probeFile, probe);
  const startedAt = performance.now();
  const { stdout } = await execa("node", ["--require", probeFile, join(root, "ci/local/src/main.ts"), "--no-release", "--json"], { cwd: clone, env, preferLocal: true, localDir: root, stderr: "inherit" });
  const ms = performance.now() - startedAt;
  const report = reportSchema.parse(JSON.parse(stdout));
  process.stderr.write(`${(ms / 1000).toFixed(1)} s, from the cache: ${report.gates.filter((gate) => gate.cached).map((gate) => gate.name).join(", ") || "nothing"}\n`);
  return { ms, verdict: report.verdict, engine: report.engine, peakMb: Number(await readFile(peakFile, "utf8")) };
}

async function median<Result extends Timed>(times: number, run: () => Promise<Result>): Promise<Result> {
  const results: Result[] = [];
  for (let count = 0; count < times; count += 1) results.push(await run());
  const middle = results.toSorted((a, b) => a.ms - b.ms)[Math.floor(times / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

function print(rows: readonly (readonly [what: string, ours: number, rival: string, rivals: number, target: string])[]): void {
  for (const [what, ours, rival, rivals, target] of rows) {
    process.stdout.write(`${what.padEnd(36)} ${(ours / 1000).toFixed(2).padStart(8)} s   ${(ours / rivals).toFixed(3)} x ${rival} (${(rivals / 1000).toFixed(2)} s)${target === "" ? "" : `   target: ${target}`}\n`);
  }
}
