import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageScan } from "../../../../dagger/src/gates/image-scan.ts";
import { changeCase, imageRepository, lookWith, type Seen } from "../support/image-gates.ts";
import { removeImages } from "../support/left-behind.ts";
import { containerEngine, openEngine, provide, testService, unending } from "../support/local-engine.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { scratchFolder, writeFiles, type CleanUp } from "../support/scratch.ts";
import { makeTrivyDatabase, serveTrivyDatabase } from "../support/trivy-database.ts";

/**
 * The real Trivy, on real images, with a database that knows of a few planted
 * faults. Not part of `npm test`: where no image registry answers, Trivy is
 * compiled first.
 */

const service = testService();
const updatedAt = "2026-11-23T06:12:00Z";
const now = Date.parse("2026-11-23T10:00:00Z");
let database: string;
const volume = "gitops-cache-trivy-database";

beforeAll(async () => {
  const removals: (() => Promise<void>)[] = [];
  const { cli } = await containerEngine();
  const { stdout: volumes } = await cli.run(["volume", "ls", "--format", "{{.Name}}"]);
  // A database that was there before is fetched again by its digest.
  if (!volumes.split("\n").includes(volume)) removals.push(async () => { await cli.run(["volume", "rm", volume], { accept: "any" }); });
  const cleanUp: CleanUp = (remove) => { removals.push(remove); };
  await provide("trivy", unending);
  database = await scratchFolder("database", cleanUp);
  await makeTrivyDatabase(database, updatedAt);
  return async () => { for (const remove of removals) await remove(); };
}, 3_600_000);

afterAll(async () => {
  await removeImages(`gitops-build-${service}`);
  await removeImages(`scratch-${service}`);
});

/** Each case is a service's image. */
async function look(cases: readonly string[], settings: object, options: { home?: string; root?: string; at?: number } = {}): Promise<Seen & { root: string; home: string }> {
  const services = Object.fromEntries(cases.map((name) => [`${service}-${name.slice(0, 18)}`, name]));
  const root = options.root ?? (await imageRepository(services, { "image-scan": settings }));
  const { engine, home } = await openEngine(root, options.home === undefined ? {} : { home: options.home });
  return { ...(await lookWith(imageScan, engine, root, options.at ?? now)), root, home };
}

describe("with a database in a folder of the machine", { timeout: 300_000 }, () => {
  it("passes a clean image, and one with a high vulnerability, which is shown", async () => {
    const seen = await look(["clean", "high-only"], { database });
    expect(seen.decision).toEqual({ verdict: "passed" });
    expect(seen.findings).toEqual(["high CVE-2026-0004 pad-left@1.0.0", "low CVE-2026-0003 tar@1.35-1"]);
    expect(seen.evidence).toMatchObject({ toolVersion: "0.69.3 with the database of 2026-11-23T06:12Z", lookedAt: { count: 9, unit: "packages" }, facts: [{ name: "database", value: "2026-11-23T06:12Z, less than a day old" }] });
  });

  it("fails on a critical vulnerability and on a system at its end, names the layer, and hides nothing behind what it cannot look into", async () => {
    const seen = await look(["critical", "end-of-life", "os-release-removed", "no-package-manager"], { database });
    expect(seen.decision.verdict).toBe("failed");
    expect(seen.decision.reason).toContain("Trivy does not recognise the image's operating system");
    expect(seen.decision.reason).toContain("Trivy knows no package of the image");
    expect(seen.findings).toEqual(["critical CVE-2026-0001 libssl3t64@3.5.1-1", "critical CVE-2026-0001 openssl@3.5.1-1", "critical end-of-life debian@9.2", "high CVE-2026-0002 zlib1g@1.2.0-1", "low GHSA-aaaa-bbbb-cccc pad-both@0.1.0"]);
    expect(seen.evidence.findings[0]?.layer).toMatch(/^COPY /);
  });

  it("is unavailable once the database is too old, also for a result that is kept", async () => {
    const first = await look(["clean"], { database });
    expect(first.decision).toEqual({ verdict: "passed" });
    const later = await look(["clean"], {}, { root: first.root, home: first.home, at: now + 4 * 86_400_000 });
    expect(later.decision).toEqual({ verdict: "unavailable", reason: expect.stringMatching(/^The vulnerability database is of 2026-11-23T06:12Z, 4 days old/) as string });
  });

  it("is unavailable on a database that is broken", async () => {
    const broken = await scratchFolder("broken");
    await makeTrivyDatabase(broken, updatedAt);
    await writeFiles(broken, { "trivy.db": "garbage".repeat(10_000) });
    const seen = await look(["clean"], { database: broken });
    expect(seen.decision.verdict).toBe("unavailable");
    expect(seen.decision.reason).toContain("trivy in step image-scan/");
  });

  it("looks into a real system and what is installed on it", async () => {
    const root = await imageRepository({ [service]: "clean" }, { "image-scan": { database } }, { [`${service}/Dockerfile`]: "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nCOPY root/app /app\n" });
    await writeFiles(root, { "gitops.json": JSON.stringify({ project: "scratch", services: { [service]: { path: service, baseImages: { NODE_IMAGE: "node" } } }, gates: { "image-scan": { database } } }) });
    const seen = await look([], {}, { root });
    expect(seen.evidence.gaps).toEqual([]);
    expect(seen.evidence.lookedAt.count).toBeGreaterThan(150);
  });
});

describe("with a database in a registry", { timeout: 300_000 }, () => {
  it("fetches it once for all images, keeps it for the next run, and fetches another when there is another", async () => {
    const registry = await serveTrivyDatabase(database);
    const first = await look(["clean", "critical"], { database: registry.repository });
    expect(first.decision).toEqual({ verdict: "failed" });
    expect(first.findings).toHaveLength(4);
    expect(registry.downloads()).toBe(1);

    await changeCase(first.root, `${service}-critical`, "high-only");
    const second = await look([], {}, { root: first.root, home: first.home });
    expect(second.decision).toEqual({ verdict: "passed" });
    expect(registry.downloads()).toBe(1);

    const empty = await scratchFolder("empty");
    await makeTrivyDatabase(empty, "2026-11-23T09:00:00Z", '{"vulnerability": {}}');
    await registry.hold(empty);
    const third = await look([], {}, { root: first.root, home: first.home, at: now + 3_600_000 });
    expect(third.findings).toEqual([]);
    expect(third.evidence.facts).toEqual([{ name: "database", value: "2026-11-23T09:00Z, less than a day old" }]);
    expect(registry.downloads()).toBe(2);
  });

  it("is unavailable when the download breaks off, and fetches it again in the next run", async () => {
    const fresh = await scratchFolder("fresh");
    await makeTrivyDatabase(fresh, "2026-11-23T07:00:00Z");
    const registry = await serveTrivyDatabase(fresh);
    registry.breakNext();
    const first = await look(["critical"], { database: registry.repository });
    expect(first.decision.verdict).toBe("unavailable");
    expect(first.decision.reason).toContain("trivy (the download of its database) in step image-scan/");
    const second = await look([], {}, { root: first.root, home: first.home });
    expect(second.decision).toEqual({ verdict: "failed" });
    expect(registry.downloads()).toBe(2);
  });

  it("is unavailable when what it has fetched turns out too old", async () => {
    const old = await scratchFolder("old");
    await makeTrivyDatabase(old, "2026-11-01T00:00:00Z");
    const registry = await serveTrivyDatabase(old);
    const seen = await look(["critical"], { database: registry.repository });
    expect(seen.decision).toEqual({ verdict: "unavailable", reason: expect.stringContaining("The vulnerability database is of 2026-11-01T00:00Z, 22 days old") as string });
  });
});

describe("the command line", { timeout: 300_000 }, () => {
  it("says what is vulnerable, where it came in and what mends it", async () => {
    const today = await scratchFolder("today");
    await makeTrivyDatabase(today, new Date(Date.now() - 3_600_000).toISOString());
    const root = await imageRepository({ [service]: "critical" }, { "image-scan": { database: today } });
    const { exitCode, stdout } = await runPipeline(root, ["--only", "image-scan"], { env: { XDG_CACHE_HOME: await scratchFolder("cache") } });
    expect(exitCode).toBe(1);
    expect(flat(stdout)).toContain("openssl@3.5.1-1 CVE-2026-0001: openssl: a planted fault");
    const gate = (await reportOf(root))?.gates.find(({ name }) => name === "image-scan");
    expect(gate).toMatchObject({ verdict: "failed", blocksAt: "critical", files: [`raw/image-scan/${service}.trivy.json`, `raw/image-scan/${service}.trivy.log`] });
    expect(gate?.findings).toHaveLength(4);
    const { cli } = await containerEngine();
    expect((await cli.run(["ps", "--all", "--format", "{{.Image}}"])).stdout).not.toContain("trivy");
  });
});
