import { execa } from "execa";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { gateNames } from "../../dagger/src/report/schema.ts";

/**
 * All gates side by side, against the same gates one after another as the
 * stages of a CI server run them; and a second run without a change:
 *   npm run bench:gates
 * Podman only. Each side has a clone whose packages nobody has installed yet,
 * and a step cache, containers and volumes of its own; images of tools are here
 * already, on both sides. Two processors give twice the time that passes: on the
 * reference machine the gates one after another take 263 s of theirs in 182 s, so
 * that 0.72 x is the least there.
 */

const root = join(import.meta.dirname, "../..");
const main = join(root, "ci/local/src/main.ts");
const scratch = await mkdtemp(join(tmpdir(), "gitops-bench-"));
const reportSchema = z.object({ verdict: z.string(), gates: z.array(z.object({ name: z.string(), verdict: z.string(), cached: z.boolean(), durationMs: z.number() })) });
type Report = z.infer<typeof reportSchema>;

try {
  await bench();
} finally {
  await execa("podman", ["unshare", "rm", "-rf", scratch], { reject: false });
  await rm(scratch, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const one = await makeSide("one-after-another");
  let serialMs = 0;
  for (const gate of gateNames) serialMs += (await run(one, ["--only", gate])).ms;
  await endServices(one);

  const all = await makeSide("side-by-side");
  const cold = await run(all, []);
  const warm = await run(all, []);
  await endServices(all);

  const row = (what: string, ours: number, rival: string, rivals: number, target: string): void => {
    process.stdout.write(`${what.padEnd(34)} ${(ours / 1000).toFixed(1).padStart(7)} s   ${(ours / rivals).toFixed(3)} x ${rival} (${(rivals / 1000).toFixed(1)} s)   target: ${target}\n`);
  };
  process.stdout.write(`\n${cold.report.gates.map((gate) => `${gate.name} ${gate.verdict}`).join(", ")}\n\n`);
  row("all gates side by side, cold", cold.ms, "one after another", serialMs, "0.65");
  row("second run, nothing changed", warm.ms, "cold run", cold.ms, "0.1 and under 10 s");
  process.stdout.write(`not from the cache in the second run: ${warm.report.gates.filter((gate) => !gate.cached && gate.verdict !== "skipped").map((gate) => gate.name).join(", ") || "nothing"}\n`);
}

interface Side {
  readonly clone: string;
  readonly env: Readonly<Record<string, string>>;
}

async function makeSide(name: string): Promise<Side> {
  const folder = join(scratch, name);
  const clone = join(folder, "clone");
  await mkdir(folder);
  await execa("git", ["clone", "--quiet", root, clone]);
  for (const service of ["backend", "frontend", "proxy"]) {
    const path = join(clone, "services", service, "package.json");
    await writeFile(path, (await readFile(path, "utf8")).replace(/"description": "/, `"description": "${name} ${folder}: `));
  }
  await execa("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "--all", "--message", "New packages"], { cwd: clone });
  const storage = join(folder, "storage.conf");
  const { stdout: graphRoot } = await execa("podman", ["info", "--format", "{{.Store.GraphRoot}}"], { env: await podmanSettings() });
  await writeFile(storage, `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n[storage.options]\nadditionalimagestores = ["${graphRoot}"]\n`);
  return { clone, env: { XDG_CACHE_HOME: join(folder, "cache"), CONTAINERS_STORAGE_CONF: storage } };
}

/** What the pipeline itself has found out about Podman on this machine. */
async function podmanSettings(): Promise<Record<string, string>> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gitops");
  const { stdout } = await execa("sh", ["-c", 'ls "$1"/containers-*.conf 2>/dev/null | head -n 1', "sh", cache]);
  return stdout === "" ? {} : { CONTAINERS_CONF: stdout };
}

async function run(side: Side, args: readonly string[]): Promise<{ ms: number; report: Report }> {
  const startedAt = performance.now();
  const { stdout } = await execa("node", [main, "--json", ...args], { cwd: side.clone, env: side.env, preferLocal: true, localDir: root, stderr: "ignore", reject: false });
  const ms = performance.now() - startedAt;
  const report = reportSchema.parse(JSON.parse(stdout));
  process.stderr.write(`${(ms / 1000).toFixed(1).padStart(7)} s  ${args.join(" ") || "all"}: ${report.verdict}\n`);
  return { ms, report };
}

/** The kept server of a side would go on, and be on the other side's processors. */
async function endServices({ env }: Side): Promise<void> {
  const podman = { env: { ...env, ...(await podmanSettings()) }, reject: false };
  const { stdout } = await execa("podman", ["ps", "--all", "--filter", "name=^gitops-kept-", "--format", "{{.Names}}"], podman);
  for (const name of stdout.split("\n").filter(Boolean)) await execa("podman", ["rm", "--force", "--time", "0", name], podman);
}
