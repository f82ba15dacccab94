import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceOfFailure, type Evidence } from "../../src/gates/gate.ts";
import { imageScan } from "../../src/gates/image-scan.ts";
import { licences } from "../../src/gates/licences.ts";
import { decideGate, type GateDecision } from "../../src/gates/policy.ts";
import { sbom } from "../../src/gates/sbom.ts";
import { lockFile } from "../record/image-cases.ts";
import { readFixture, recordedEngine, type Fixture } from "../support/fixtures.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";
import { databaseFiles, imageConfig, imageIdOf } from "../support/image-engine.ts";
import { mutatedJson } from "../support/mutated-json.ts";
import { aContext } from "../support/values.ts";

/**
 * Whatever becomes of a real report, a gate never crashes, and passes only on
 * what is still complete and clean. What that is, is said here once more, in the
 * plainest way, on the mutated report itself.
 */

const runs = { numRuns: 300 };

/** Looks as the pipeline does; a defect of ours is thrown on. */
async function look(gate: typeof sbom, fixtures: { syft: Fixture; trivy?: Fixture }): Promise<{ evidence: Evidence; decision: GateDecision }> {
  const original = readFixture("syft/clean");
  const engine = fakeEngine({
    files: { ...databaseFiles, "services/backend/package-lock.json": lockFile },
    build: (build) => ({ ...builtImage(build), imageId: imageIdOf(original) }),
    run: async (step, signal) => recordedEngine(step.name.startsWith("sbom/") ? fixtures.syft : (fixtures.trivy ?? fixtures.syft)).run(step, signal),
  });
  const evidence = await gate.look(aContext({ engine, config: imageConfig() })).catch(evidenceOfFailure);
  return { evidence, decision: decideGate(evidence, gate.blocksAt) };
}

const withOutput = (fixture: Fixture, path: string, text: string): Fixture => ({ ...fixture, outputs: { ...fixture.outputs, [path]: text } });
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("a mutated report of Trivy", () => {
  const syft = readFixture("syft/clean");
  const clean = readFixture("trivy/clean");
  const path = "/report/trivy.json";
  const text = clean.outputs[path] ?? "";

  it("passes only while it is of this image, complete, and without anything critical", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(text), fc.constantFrom(0, 9), async (mutated, exitCode) => {
        const trivy = withOutput({ ...clean, commands: clean.commands.map((command) => ({ ...command, exitCode })) }, path, mutated);
        const { decision } = await look(imageScan, { syft, trivy });
        if (decision.verdict !== "passed") return;
        expect(exitCode).toBe(0);
        expect(isJson(mutated)).toBe(true);
        expect(mutated).toContain(`"${imageIdOf(syft)}"`);
        expect(mutated).toContain('"os-pkgs"');
        expect(mutated).not.toContain("CRITICAL");
      }),
      runs,
    );
  });

  it.each([
    ["critical", /CRITICAL/],
    ["end-of-life", /"EOSL": ?true/],
  ])("that had critical findings passes only when they are gone from it: %s", async (name, finding) => {
    const fixture = readFixture(`trivy/${name}`);
    // As if it were of the clean image: nothing else may save it.
    const asClean = (fixture.outputs[path] ?? "").replaceAll(/"ImageID": "sha256:[0-9a-f]{64}"/g, `"ImageID": "${imageIdOf(syft)}"`);
    await fc.assert(
      fc.asyncProperty(mutatedJson(asClean), fc.constantFrom(0, 9), async (mutated, exitCode) => {
        const trivy = withOutput({ ...clean, commands: clean.commands.map((command) => ({ ...command, exitCode })) }, path, mutated);
        const { decision } = await look(imageScan, { syft, trivy });
        if (decision.verdict === "passed") expect(mutated).not.toMatch(finding);
      }),
      runs,
    );
  });

  it("on its version and its database passes only with a date", async () => {
    const version = clean.outputs["/report/version.json"] ?? "";
    await fc.assert(
      fc.asyncProperty(mutatedJson(version), async (mutated) => {
        const { decision } = await look(imageScan, { syft, trivy: withOutput(clean, "/report/version.json", mutated) });
        if (decision.verdict === "passed") expect(mutated).toMatch(/"Version":2.*"UpdatedAt":"2026-11-2\d/);
      }),
      runs,
    );
  });
});

describe("mutated documents of Syft", () => {
  const clean = readFixture("syft/clean");

  it.each(["/report/sbom.cdx.json", "/report/sbom.spdx.json", "/report/witness.json"])("pass the sbom gate only while both hold every package: %s", async (path) => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(clean.outputs[path] ?? ""), async (mutated) => {
        const { decision, evidence } = await look(sbom, { syft: withOutput(clean, path, mutated) });
        if (decision.verdict !== "passed") return;
        expect(isJson(mutated)).toBe(true);
        expect(evidence.lookedAt.count).toBe(5);
        if (path.endsWith("witness.json")) expect(mutated).toContain(imageIdOf(clean));
        else for (const purl of ["pkg:npm/pad-left@2.1.0", "pkg:npm/%40pads/right@1.0.2"]) expect(mutated).toContain(purl);
      }),
      runs,
    );
  });

  it("pass the licences gate only while every package has a licence", async () => {
    const path = "/report/sbom.cdx.json";
    await fc.assert(
      fc.asyncProperty(mutatedJson(clean.outputs[path] ?? ""), async (mutated) => {
        const { decision } = await look(licences, { syft: withOutput(clean, path, mutated) });
        if (decision.verdict !== "passed") return;
        const { components } = JSON.parse(mutated) as { components: { name: string; purl?: string; licenses?: unknown[] }[] };
        for (const component of components.filter(({ name }) => /pad/.test(name))) expect(component.licenses).toHaveLength(1);
      }),
      runs,
    );
  });
});

describe("a mutated lock file", () => {
  const syft = readFixture("syft/bundled");

  it("of a service whose image lacks a package passes only when it no longer names the package for production", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(lockFile), async (mutated) => {
        const engine = fakeEngine({ files: { "services/backend/package-lock.json": mutated }, build: (build) => ({ ...builtImage(build), imageId: imageIdOf(syft) }), run: async (step, signal) => recordedEngine(syft).run(step, signal) });
        const evidence = await sbom.look(aContext({ engine, config: imageConfig() })).catch(evidenceOfFailure);
        if (decideGate(evidence, sbom.blocksAt).verdict !== "passed") return;
        const { packages } = JSON.parse(mutated) as { packages: Record<string, { version?: string; dev?: boolean }> };
        expect(packages["node_modules/@pads/right"]).toBeUndefined();
      }),
      runs,
    );
  });
});
