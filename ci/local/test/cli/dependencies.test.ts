import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import type { GateReport } from "../../../../dagger/src/report/schema.ts";
import { npmProject, vulnerable } from "../../../../dagger/test/record/dependencies-cases.ts";
import { startFakeRegistry, type FakeRegistry, type RegistryMood } from "../../../../dagger/test/support/fake-registry.ts";
import { provide, unending } from "../support/local-engine.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { scratchFolder, scratchRepository, type Files } from "../support/scratch.ts";

/** The real npm in its container, and a registry on the loopback that speaks the real protocol. */

const password = "registry-password-55812";
const clean = npmProject("web", { dependencies: { minimist: "^1.2.8" } }, { "node_modules/minimist": { version: "1.2.8" } });
/** No proxy of this machine: it would not reach our loopback. */
const withoutProxies = Object.fromEntries(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"].map((name) => [name, undefined]));

interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly gate: GateReport | undefined;
  /** Files of the run, its cache included, that hold the registry's password. */
  readonly leaks: string;
}

async function run(root: string, registry: FakeRegistry, cache: string): Promise<Outcome> {
  const address = registry.url.replace("//", `//someone:${password}@`);
  const { exitCode, stdout } = await runPipeline(root, ["--only", "dependencies"], { env: { ...withoutProxies, npm_config_registry: address, XDG_CACHE_HOME: cache } });
  const { stdout: leaks } = await execa("grep", ["-rl", password, join(root, "out"), cache], { reject: false });
  return { exitCode, leaks, stdout: flat(stdout), gate: (await reportOf(root))?.gates.find((gate) => gate.name === "dependencies") };
}

async function runOnce(files: Files, mood: RegistryMood): Promise<Outcome> {
  await using registry = await startFakeRegistry(mood);
  const config = JSON.stringify({ project: "tiny", services: { web: { path: "web" } } });
  return await run(await scratchRepository({ "gitops.json": config, ".gitignore": "out/\n", ...files }), registry, await scratchFolder("cache"));
}

describe("npm audit of a repository's lock files", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await provide("node", unending);
  }, 300_000);

  it("passes a clean one, and a second run asks nobody", async () => {
    await using registry = await startFakeRegistry();
    const root = await scratchRepository({ "gitops.json": '{"project": "tiny", "services": {"web": {"path": "web"}}}', ".gitignore": "out/\n", ...clean });
    const cache = await scratchFolder("cache");
    expect(await run(root, registry, cache)).toMatchObject({ exitCode: 0, gate: { verdict: "passed", cached: false, lookedAt: { count: 1, unit: "packages" } } });
    expect(registry.asked).toEqual([{ minimist: ["1.2.5"] }, { minimist: ["1.2.8"] }]);
    expect(await run(root, registry, cache)).toMatchObject({ exitCode: 0, gate: { verdict: "passed", cached: true } });
    expect(registry.asked).toHaveLength(2);
  });

  it("fails on a vulnerable package, with its way in and its fix", async () => {
    const { exitCode, stdout, gate, leaks } = await runOnce(vulnerable, "answers");
    expect({ exitCode, leaks }).toEqual({ exitCode: 1, leaks: "" });
    expect(gate?.findings.map(({ rule, severity, where, via }) => ({ rule, severity, where, via }))).toEqual([
      { rule: "GHSA-vh95-rmgr-6w4m", severity: "medium", where: "minimist@1.2.5, 0.0.8", via: ["minimist@1.2.5"] },
      { rule: "GHSA-xvch-5gv4-984h", severity: "critical", where: "minimist@1.2.5, 0.0.8", via: ["minimist@1.2.5"] },
      { rule: "GHSA-w9mr-4mfr-499f", severity: "medium", where: "ms@0.7.0", via: ["ms@0.7.0"] },
    ]);
    expect(stdout).toContain("GHSA-xvch-5gv4-984h: Prototype Pollution in minimist");
    expect(stdout).not.toContain(password);
  });

  it.each<[RegistryMood, RegExp]>([
    ["refuses", /^The registry \(127\.0\.0\.1:\d+\) has no advisories: it answered 405 to POST \/-\/npm\/v1\/security\/advisories\/bulk\.$/],
    ["sends a page", /^The registry \(127\.0\.0\.1:\d+\) answered with something else than advisories \(a page, perhaps\)/],
    ["knows nothing", /^The registry answers, and knows of no vulnerability in minimist 1\.2\.5/],
  ])("is unavailable with a registry that %s", async (mood, reason) => {
    const { exitCode, stdout, gate, leaks } = await runOnce(clean, mood);
    expect({ exitCode, leaks, verdict: gate?.verdict }).toEqual({ exitCode: 4, leaks: "", verdict: "unavailable" });
    expect(gate?.reason).toMatch(reason);
    expect(stdout).not.toContain(password);
  });

  it("is unavailable without a lock file", async () => {
    const { exitCode, gate } = await runOnce({ "web/package.json": '{"dependencies": {"minimist": "1.2.5"}}' }, "answers");
    expect({ exitCode, reason: gate?.reason }).toEqual({ exitCode: 4, reason: "web/package.json: No lock file covers it, so nobody knows which versions it gets. Make one with: npm install --package-lock-only" });
  });
});
