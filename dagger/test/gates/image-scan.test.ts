import { describe, expect, it } from "vitest";
import type { Step } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import { evidenceOfFailure, type Evidence } from "../../src/gates/gate.ts";
import { imageScan } from "../../src/gates/image-scan.ts";
import { decideGate, type GateDecision } from "../../src/gates/policy.ts";
import type { Fixture } from "../support/fixtures.ts";
import { databaseMetadata } from "../record/image-cases.ts";
import { imageConfig, imageContext } from "../support/image-engine.ts";

type Options = NonNullable<Parameters<typeof imageContext>[1]>;

/** As the pipeline does it. */
const look = async (name: string, options: Options = {}): Promise<Evidence> => imageScan.look(imageContext(name, options)).catch(evidenceOfFailure);
const decide = (evidence: Evidence): GateDecision => decideGate(evidence, imageScan.blocksAt);
const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.rule} ${finding.where}`);

describe("the image-scan gate, on what Trivy really left", () => {
  it("passes when nothing is known against the packages, and says how many there are and how old the database is", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({
      toolVersion: "0.69.3 with the database of 2026-11-23T06:12Z",
      lookedAt: { count: 5, unit: "packages" },
      facts: [{ name: "database", value: "2026-11-23T06:12Z, less than a day old" }],
      findings: [],
      gaps: [],
    });
    expect([...evidence.raw.keys()]).toEqual(["backend.trivy.json", "backend.trivy.log"]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("is unavailable when Trivy's report lacks a package that the SBOM lists", async () => {
    const without = (report: string, gone: (name: string) => boolean): string => {
      const json = JSON.parse(report) as { Results: { Packages?: { Name: string }[] }[] };
      return JSON.stringify({ ...json, Results: json.Results.map((result) => ({ ...result, Packages: (result.Packages ?? []).filter(({ Name }) => !gone(Name)) })) });
    };
    const gap = async (name: string): Promise<GateDecision> => decide(await look("clean", { change: (fixture) => ({ ...fixture, outputs: { ...fixture.outputs, "/report/trivy.json": without(fixture.outputs["/report/trivy.json"] ?? "", (found) => found === name) } }) }));
    expect(await gap("zlib1g")).toEqual({ verdict: "unavailable", reason: "backend: The SBOM lists 1 package of the operating system that Trivy's report does not have, so it is not whole: debian/zlib1g@1.3.1-1." });
    expect(await gap("pad-left")).toEqual({ verdict: "unavailable", reason: "backend: The SBOM lists 1 package of npm that Trivy's report does not have, so it is not whole: pad-left@2.1.0." });
  });

  it("fails on a critical vulnerability, and shows the others from the worst package manager down", async () => {
    const evidence = await look("critical");
    expect(brief(evidence)).toEqual([
      "critical CVE-2026-0001 libssl3t64@3.5.1-1",
      "critical CVE-2026-0001 openssl@3.5.1-1",
      "high CVE-2026-0002 zlib1g@1.2.0-1",
      "low GHSA-aaaa-bbbb-cccc pad-both@0.1.0",
    ]);
    expect(evidence.findings[0]).toEqual({
      gate: "image-scan",
      id: "CVE-2026-0001:backend:libssl3t64",
      rule: "CVE-2026-0001",
      severity: "critical",
      title: "openssl: a planted fault",
      where: "libssl3t64@3.5.1-1",
      service: "backend",
      fixedIn: "3.5.2-1",
      link: "https://avd.aquasec.com/nvd/cve-2026-0001",
      layer: "ADD file:70ed4e06 in /",
    });
    expect(evidence.findings[3]).toMatchObject({ layer: "RUN npm ci --omit=dev", title: "pad-both: a planted fault" });
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("passes with a high one, which is shown, and counts copies of a package once", async () => {
    const evidence = await look("high-only");
    expect(brief(evidence)).toEqual(["low CVE-2026-0003 tar@1.35-1", "high CVE-2026-0004 pad-left@1.0.0"]);
    expect(evidence.findings[0]).toMatchObject({ title: "CVE-2026-0003", layer: "ADD file:70ed4e06 in /" });
    expect(evidence.findings[0]).not.toHaveProperty("fixedIn");
    expect(evidence.raw.get("backend.trivy.json")?.match(/"VulnerabilityID": "CVE-2026-0004"/g)).toHaveLength(2);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
    expect(decideGate(evidence, "high")).toEqual({ verdict: "failed" });
  });

  it("fails on an operating system at its end, for which new vulnerabilities are not even listed", async () => {
    const evidence = await look("end-of-life");
    expect(evidence.findings).toMatchObject([{ id: "end-of-life:backend:debian", rule: "end-of-life", severity: "critical", where: "debian@9.2", service: "backend" }]);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("fails on a release that Trivy does not know, which otherwise looks clean", async () => {
    const evidence = await look("unknown-release");
    expect(brief(evidence)).toEqual(["critical unknown-release debian@99.2"]);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("passes on npm packages without an operating system, when the SBOM has none of a system either", async () => {
    const evidence = await look("no-system");
    expect(evidence).toMatchObject({ lookedAt: { count: 2 }, gaps: [] });
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("says how many packages it cannot see because they were bundled", async () => {
    const evidence = await look("bundled-with-lock-file");
    expect(evidence.facts).toEqual([{ name: "database", value: "2026-11-23T06:12Z, less than a day old" }, { name: "bundled in backend", value: "1 package, which the gate dependencies looks up" }]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("passes on a Java archive that a package of the system owns: its advisories are the system's", async () => {
    expect(decide(await look("base-image"))).toEqual({ verdict: "passed" });
  });
});

describe("an image that Trivy cannot look into makes the gate unavailable", () => {
  it.each([
    ["os-release-removed", "backend: Trivy does not recognise the image's operating system, so nobody has looked at what the SBOM lists of it (1 package)."],
    ["package-list-removed", "backend: The image is debian 13.2, and Trivy knows none of its packages: their list was removed from the image, or Trivy has no advisories for this system."],
    ["package-list-broken", "backend: The image is debian 13.2, and Trivy knows none of its packages: their list was removed from the image, or Trivy has no advisories for this system."],
    ["no-package-manager", "backend: Trivy knows no package of the image, so it can say nothing of it. An image of one program alone needs a program that tells what it is made of (Go and Rust can)."],
    ["java-archive", "backend: The image has Java archives (1 package in the SBOM), which this gate does not look into."],
    ["clean-without-database", "backend: trivy in step image-scan/backend ended with exit code 1, which is none of its verdicts."],
    ["clean-without-metadata", "backend: trivy in step image-scan/backend ended with exit code 1, which is none of its verdicts."],
    ["clean-with-a-broken-database", "backend: trivy in step image-scan/backend ended with exit code 1, which is none of its verdicts."],
  ])("%s", async (name, reason) => {
    expect(decide(await look(name))).toEqual({ verdict: "unavailable", reason });
  });

  it("keeps what Trivy said", async () => {
    expect((await look("clean-with-a-broken-database")).raw.get("backend.log")).toContain("failed to open db: invalid database");
  });

  it("and so does one whose SBOM cannot be had: nobody knows what Trivy has missed", async () => {
    const run = { "sbom/backend": () => { throw new StepError("IMAGE_UNAVAILABLE", "No registry answers."); } };
    expect(decide(await look("clean", { run }))).toEqual({ verdict: "unavailable", reason: "backend: No registry answers." });
  });
});

describe("a report of Trivy that cannot be trusted", () => {
  const scanAt = "/report/trivy.json";
  const versionAt = "/report/version.json";
  const output = (path: string, edit: (text: string) => string) => (fixture: Fixture): Fixture => ({ ...fixture, outputs: { ...fixture.outputs, [path]: edit(fixture.outputs[path] ?? "") } });
  const without = (path: string) => (fixture: Fixture): Fixture => ({ ...fixture, outputs: Object.fromEntries(Object.entries(fixture.outputs).filter(([name]) => name !== path)) });
  const command = (changes: Partial<Fixture["commands"][number]>) => (fixture: Fixture): Fixture => ({ ...fixture, commands: fixture.commands.map((one) => ({ ...one, ...changes })) });
  const json = (path: string, edit: (report: Record<string, unknown>) => unknown) => output(path, (text) => JSON.stringify(edit(JSON.parse(text) as Record<string, unknown>)));

  it.each<[string, string, (fixture: Fixture) => Fixture, RegExp]>([
    ["is missing", "clean", without(scanAt), /ended without writing \/report\/trivy\.json/],
    ["is empty", "clean", output(scanAt, () => ""), /Trivy left an empty report/],
    ["is cut off", "clean", output(scanAt, (text) => text.slice(0, -30)), /cut off or not JSON/],
    ["is a web page", "clean", output(scanAt, () => "<html></html>"), /cut off or not JSON/],
    ["is of a file system", "clean", json(scanAt, (report) => ({ ...report, ArtifactType: "filesystem" })), /ArtifactType/],
    ["is of another schema", "clean", json(scanAt, (report) => ({ ...report, SchemaVersion: 3 })), /SchemaVersion/],
    ["has no results", "clean", json(scanAt, (report) => ({ ...report, Results: undefined })), /Trivy knows none of its packages/],
    ["has no packages", "clean", json(scanAt, ({ Results, ...report }) => ({ ...report, Results: (Results as object[]).map((result) => ({ ...result, Packages: [] })) })), /Trivy knows none of its packages/],
    ["is of another image", "clean", output(scanAt, (text) => text.replace(/"ImageID": "sha256:..../, '"ImageID": "sha256:ffff')), /Trivy looked at another image: sha256:ffff/],
    ["has a severity that Trivy does not have", "critical", output(scanAt, (text) => text.replaceAll('"CRITICAL"', '"NONE"')), /Severity/],
    ["has findings, and the exit code of none", "critical", command({ exitCode: 0 }), /ended with 0 but reported 4 vulnerabilities/],
    ["has none, and the exit code of some", "clean", command({ exitCode: 9 }), /ended with 9 but reported 0 vulnerabilities/],
    ["comes with an error", "clean", command({ stderr: "2026-11-24T10:22:36Z\tERROR\t[npm] Parse error\tfile=x\n" }), /could not look at everything: \[npm\] Parse error file=x/],
    ["has something hidden", "clean", json(scanAt, ({ Results, ...report }) => ({ ...report, Results: (Results as object[]).map((result) => ({ ...result, ExperimentalModifiedFindings: [{}] })) })), /hidden vulnerabilities/],
    ["does not tell of its database", "clean", output(versionAt, () => '{"Version":"0.69.3"}'), /VulnerabilityDB/],
    ["tells of a database of another kind", "clean", output(versionAt, (text) => text.replace('"Version":2', '"Version":1')), /VulnerabilityDB\.Version/],
    ["tells of a database without a date", "clean", output(versionAt, (text) => text.replaceAll("2026-11-23T06:12:31.123456789Z", "soon")), /does not say when it was made/],
  ])("%s", async (_what, name, change, reason) => {
    const decision = decide(await look(name, { change }));
    expect(decision.verdict).toBe("unavailable");
    expect(decision.reason).toMatch(reason);
  });
});

describe("the age of the database", () => {
  const at = (now: string, gates: Readonly<Record<string, unknown>> = {}): Options => ({ now: Date.parse(now), config: imageConfig({ "image-scan": { database: "./database", ...gates } }) });

  it.each([
    ["2026-11-23T06:00:00Z", {}, "2026-11-23T06:12Z, less than a day old"],
    ["2026-11-24T06:13:00Z", {}, "2026-11-23T06:12Z, 1 day old"],
    ["2026-11-26T06:12:00Z", {}, "2026-11-23T06:12Z, 2 days old"],
    ["2027-01-01T00:00:00Z", { maxDatabaseAgeDays: 60 }, "2026-11-23T06:12Z, 38 days old"],
  ])("is told: on %s", async (now, gates, value) => {
    const evidence = await look("clean", at(now, gates));
    expect(evidence.facts).toEqual([{ name: "database", value }]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it.each([
    ["2026-11-26T06:13:00Z", {}, "The vulnerability database is of 2026-11-23T06:12Z, 3 days old; gates.image-scan.maxDatabaseAgeDays in gitops.json is 3. Bring the mirror or the folder up to date."],
    ["2026-11-25T07:00:00Z", { maxDatabaseAgeDays: 2 }, "The vulnerability database is of 2026-11-23T06:12Z, 2 days old; gates.image-scan.maxDatabaseAgeDays in gitops.json is 2. Bring the mirror or the folder up to date."],
    ["2026-11-22T06:00:00Z", {}, "The vulnerability database is of 2026-11-23T06:12Z, which is in the future: this machine's clock or the database is wrong."],
  ])("makes the gate unavailable before anything is run: on %s", async (now, gates, reason) => {
    const steps: Step[] = [];
    expect(decide(await look("clean", { ...at(now, gates), steps }))).toEqual({ verdict: "unavailable", reason });
    expect(steps).toEqual([]);
  });

  it("is what Trivy used, whatever the folder or the registry said of it", async () => {
    const files = { "database/metadata.json": databaseMetadata("2026-12-23T00:00:00Z") };
    const evidence = await look("clean", { ...at("2026-12-23T06:00:00Z"), files });
    expect(decide(evidence).reason).toMatch(/^backend: The vulnerability database is of 2026-11-23T06:12Z, 29 days old/);
  });
});

describe("the step of Trivy", () => {
  it("has no network with a database of the repository, and nothing of the repository but that", async () => {
    const steps: Step[] = [];
    await look("clean", { steps });
    const step = steps.find((candidate) => candidate.name === "image-scan/backend");
    expect(step).toMatchObject({ network: "none", caches: {}, image: { kind: "named", name: "trivy" } });
    expect(step?.files).toEqual([
      { from: "image", build: expect.objectContaining({ service: "backend", target: "runtime", tag: "notes-backend:0123456" }) as object, to: "/image.tar" },
      { from: "tree", path: "database/trivy.db", to: "/trivy/db/trivy.db" },
      { from: "tree", path: "database/metadata.json", to: "/trivy/db/metadata.json" },
    ]);
  });
});
