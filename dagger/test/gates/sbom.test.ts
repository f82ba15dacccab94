import { describe, expect, it } from "vitest";
import type { Step } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { decideGate, type GateDecision } from "../../src/gates/policy.ts";
import { sbom } from "../../src/gates/sbom.ts";
import { lockFile } from "../record/image-cases.ts";
import { readFixture, recordedEngine, type Fixture } from "../support/fixtures.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";
import { imageContext, imageIdOf } from "../support/image-engine.ts";
import { aConfig, aContext } from "../support/values.ts";

const withLockFile = { "services/backend/package-lock.json": lockFile };
const look = async (name: string, files: Readonly<Record<string, string>> = withLockFile): Promise<Evidence> => sbom.look(imageContext(name, { files }));
const decide = (evidence: Evidence): GateDecision => decideGate(evidence, sbom.blocksAt);

describe("the sbom gate, on what Syft really left", () => {
  it("passes when both documents hold the same packages, all of the lock file among them, and hands the documents on", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "1.18.1", lookedAt: { count: 5, unit: "packages" }, findings: [], gaps: [], facts: [] });
    expect([...(evidence.files ?? [])].map(([path, text]) => [path, (JSON.parse(text) as { specVersion?: string; spdxVersion?: string }).specVersion ?? (JSON.parse(text) as { spdxVersion?: string }).spdxVersion])).toEqual([
      ["sbom/backend.cdx.json", "1.6"],
      ["sbom/backend.spdx.json", "SPDX-2.3"],
    ]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails on a package that was bundled, and says what to do", async () => {
    const evidence = await look("bundled");
    expect(evidence.findings).toEqual([
      {
        gate: "sbom",
        id: "not-in-sbom:backend:@pads/right@1.0.2",
        rule: "not-in-sbom",
        severity: "high",
        title: "The lock file has it for production, the image's SBOM does not. Bundled: copy the lock file into the image. Not shipped: make it a development dependency.",
        where: "@pads/right@1.0.2",
        service: "backend",
      },
    ]);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("passes once the lock file lies in the image, whose development packages are not listed", async () => {
    const evidence = await look("bundled-with-lock-file");
    expect(decide(evidence)).toEqual({ verdict: "passed" });
    expect(evidence.files?.get("sbom/backend.cdx.json")).toContain("pkg:npm/%40pads/right@1.0.2");
    expect(evidence.files?.get("sbom/backend.cdx.json")).not.toContain("tester");
  });

  it("fails on another version than the lock file's", async () => {
    const evidence = await look("clean", { "services/backend/package-lock.json": lockFile.replace('"2.1.0"', '"2.1.1"') });
    expect(evidence.findings.map((finding) => finding.where)).toEqual(["pad-left@2.1.1"]);
  });

  it("passes without a lock file: what is installed suffices", async () => {
    expect(decide(await look("bundled", {}))).toEqual({ verdict: "passed" });
  });

  it("takes a shrinkwrap before a lock file, as npm does, and either beside a Dockerfile that is elsewhere", async () => {
    const config = aConfig({ services: { backend: { path: "services/backend", dockerfile: "docker/Dockerfile" } } });
    const wanting = (name: string): string => JSON.stringify({ lockfileVersion: 2, packages: { [`node_modules/${name}`]: { version: "1.0.0" } } });
    const missing = async (files: Readonly<Record<string, string>>): Promise<unknown> => (await sbom.look(imageContext("clean", { files, config }))).findings.map((finding) => finding.where);
    expect(await missing({ "services/backend/package-lock.json": wanting("a"), "services/backend/npm-shrinkwrap.json": wanting("b") })).toEqual(["b@1.0.0"]);
    expect(await missing({ "services/backend/package-lock.json": wanting("a"), "services/backend/docker/package-lock.json": wanting("c") })).toEqual(["c@1.0.0"]);
  });
});

describe("the sbom gate is unavailable", () => {
  it.each([
    ["no-package-manager", {}, "backend: Syft found no package in the image: there is nothing that an SBOM could tell."],
    ["package-list-broken", {}, "backend: Syft could not read /var/lib/dpkg/status of the image (dpkg-db-cataloger: unable to determine packages)."],
    ["lock-file-broken", {}, "backend: Syft could not read /app/package-lock.json of the image (javascript-lock-cataloger: failed to parse package-lock.json file: unexpected EOF)."],
    ["clean", { "services/backend/package-lock.json": "{" }, "backend: services/backend/package-lock.json: It is not JSON (a merge conflict, perhaps). Renew it with: npm install --package-lock-only"],
    [
      "clean",
      { "services/backend/package-lock.json": '{"lockfileVersion": 1, "dependencies": {}}' },
      "backend: services/backend/package-lock.json: It is of version 1, as npm 6 and older write it: it does not say where each package is installed. Renew it with: npm install --package-lock-only, of npm 7 or later.",
    ],
  ])("on %s %j", async (name, files, reason) => {
    expect(decide(await look(name, files))).toEqual({ verdict: "unavailable", reason });
  });

  it("when an image does not build or Syft cannot be had, with what is known of the other services", async () => {
    const fixture = readFixture("syft/clean");
    const recorded = recordedEngine(fixture);
    const engine = fakeEngine({
      build: (build) => {
        if (build.service === "web") throw new StepError("BUILD_FAILED", "RUN npm ci ended with exit code 1.");
        return { ...builtImage(build), imageId: imageIdOf(fixture) };
      },
      run: async (step, signal) => recorded.run(step, signal),
    });
    const config = aConfig({ services: { backend: { path: "services/backend" }, web: { path: "services/web" } } });
    const evidence = await sbom.look(aContext({ engine, config }));
    expect(evidence.lookedAt.count).toBe(5);
    expect(decide(evidence)).toEqual({ verdict: "unavailable", reason: "web: RUN npm ci ended with exit code 1." });
  });
});

describe("documents of Syft that cannot be trusted", () => {
  const clean = readFixture("syft/clean");
  const [cyclonedx, spdx, witness] = ["/report/sbom.cdx.json", "/report/sbom.spdx.json", "/report/witness.json"] as const;
  const edited = (fixture: Fixture, path: string, edit: (text: string) => string): Fixture => ({ ...fixture, outputs: { ...fixture.outputs, [path]: edit(fixture.outputs[path] ?? "") } });
  const json = (path: string, edit: (document: Record<string, unknown[]>) => unknown): Fixture => edited(clean, path, (text) => JSON.stringify(edit(JSON.parse(text) as Record<string, unknown[]>)));
  const without = (path: string): Fixture => ({ ...clean, outputs: Object.fromEntries(Object.entries(clean.outputs).filter(([name]) => name !== path)) });
  const badPurl = (text: string): string => text.replaceAll("pkg:npm/pad-left@2.1.0", "pkg:npm/%zz");
  const other = `sha256:${"0".repeat(64)}`;
  const firstPackage = (packages: unknown[]): unknown[] => packages.slice(1);

  it.each<[string, Fixture, RegExp]>([
    ["no CycloneDX document", without(cyclonedx), /ended without writing \/report\/sbom\.cdx\.json/],
    ["no SPDX document", without(spdx), /ended without writing \/report\/sbom\.spdx\.json/],
    ["an empty CycloneDX document", edited(clean, cyclonedx, () => ""), /Syft \(CycloneDX\) left an empty report/],
    ["an empty SPDX document", edited(clean, spdx, () => ""), /Syft \(SPDX\) left an empty report/],
    ["a CycloneDX document that is cut off", edited(clean, cyclonedx, (text) => text.slice(0, -10)), /cut off or not JSON/],
    ["an SPDX document that is cut off", edited(clean, spdx, (text) => text.slice(0, -10)), /cut off or not JSON/],
    ["no witness", without(witness), /ended without writing \/report\/witness\.json/],
    ["a witness that is cut off", edited(clean, witness, (text) => text.slice(0, -10)), /cut off or not JSON/],
    ["the id of another image", edited(clean, witness, (text) => text.replace(/sha256:[0-9a-f]{64}/, other)), /Syft looked at another image: sha256:0000/],
    ["a CycloneDX document of another image", edited(clean, cyclonedx, (text) => text.replace(imageIdOf(clean), other)), /Syft's CycloneDX document is of another image: notes-backend sha256:0000/],
    ["a CycloneDX document of another service", edited(clean, cyclonedx, (text) => text.replace('"notes-backend"', '"notes-proxy"')), /CycloneDX document is of another image: notes-proxy/],
    ["an SPDX document of another image", edited(clean, spdx, (text) => text.replace(`"versionInfo":"${imageIdOf(clean)}"`, `"versionInfo":"${other}"`)), /Syft's SPDX document is of another image: notes-backend sha256:0000/],
    ["an SPDX document of no image", edited(clean, spdx, (text) => text.replaceAll("DocumentRoot", "Something")), /SPDX document is of another image: one without a name/],
    ["a package that only SPDX has", json(cyclonedx, (document) => ({ ...document, components: firstPackage(document["components"] ?? []) })), /do not agree: it found 5 packages, CycloneDX has 4 and SPDX 5 of them/],
    ["a package that only CycloneDX has", json(spdx, (document) => ({ ...document, packages: firstPackage(document["packages"] ?? []) })), /do not agree: it found 5 packages, CycloneDX has 5 and SPDX 4 of them/],
    ["other packages in each", edited(clean, spdx, (text) => text.replaceAll("pad-left@2.1.0", "pad-left@2.1.9")), /do not agree/],
    ["fewer packages in both than Syft found", edited(clean, witness, (text) => text.replace('"packages": 5', '"packages": 6')), /do not agree: it found 6 packages/],
    ["no packages at all", json(cyclonedx, (document) => ({ ...document, components: undefined })), /do not agree/],
    ["a package URL that is none", edited(edited(clean, cyclonedx, badPurl), spdx, badPurl), /has a package URL that cannot be read: pkg:npm\/%zz/],
    ["a package of no kind", edited(clean, cyclonedx, (text) => text.replaceAll("syft:package:type", "other")), /does not say what kind of package @notes\/backend is/],
    ["no version of Syft", { ...clean, commands: clean.commands.map((command, index) => (index === 0 ? { ...command, stdout: "" } : command)) }, /Syft \(version\) left an empty report/],
    ["another exit code", { ...clean, commands: clean.commands.map((command, index) => (index === 1 ? { ...command, exitCode: 1 } : command)) }, /syft in step sbom\/backend ended with exit code 1/],
  ])("%s", async (_what, fixture, reason) => {
    const recorded = recordedEngine(fixture);
    const engine = fakeEngine({ build: (build) => ({ ...builtImage(build), imageId: imageIdOf(clean) }), run: async (step, signal) => recorded.run(step, signal) });
    const decision = decide(await sbom.look(aContext({ engine, config: aConfig({ services: { backend: { path: "services/backend" } } }) })));
    expect(decision.verdict).toBe("unavailable");
    expect(decision.reason).toMatch(reason);
  });
});

describe("the step of Syft", () => {
  it("is the same for every gate that asks for it, and has no network", async () => {
    const steps: Step[] = [];
    const context = imageContext("clean", { steps });
    await Promise.all([sbom.look({ ...context, timeoutMs: 1 }), sbom.look({ ...context, timeoutMs: 2 })]);
    expect(steps).toHaveLength(2);
    expect(steps[1]).toEqual(steps[0]);
    expect(steps[0]).toMatchObject({ network: "none", image: { kind: "named", name: "syft" }, env: { SYFT_CHECK_FOR_APP_UPDATE: "false" } });
  });
});
