import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeQuality } from "../../src/gates/code-quality.ts";
import { evidenceOfFailure } from "../../src/gates/gate.ts";
import { decideGate, type GateDecision } from "../../src/gates/policy.ts";
import { recordPath } from "../../src/gates/sonar/step.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, resultOf } from "../support/fixtures.ts";
import { mutatedJson } from "../support/mutated-json.ts";
import { aConfig, aContext } from "../support/values.ts";

/**
 * Whatever becomes of what a scan left, the gate never crashes, and passes only
 * on what is still whole and clean. What that is, is said here once more, in the
 * plainest way, on the mutated record itself.
 */

const runs = { numRuns: 400 };
const recordOf = (fixture: string): string => readFixture(`sonar/${fixture}`).outputs[recordPath] ?? "";

/** Looks as the pipeline does; a defect of ours is thrown on. */
async function decide(fixture: string, record: string, exitCode: number, settings: Readonly<Record<string, unknown>> = {}): Promise<GateDecision> {
  const result = { ...resultOf(readFixture(`sonar/${fixture}`)), commands: [{ exitCode, stdout: "", stderr: "" }], outputs: new Map([[recordPath, record]]) };
  const context = aContext({ engine: fakeEngine({ run: () => result }), config: aConfig({ gates: { "code-quality": settings } }), ...(fixture.startsWith("given-") ? { sonar: { host: "https://sonar.example", token: "squ_given" } } : {}) });
  return decideGate(await codeQuality.look(context).catch(evidenceOfFailure), codeQuality.blocksAt);
}

interface PlainRecord {
  readonly stopped?: unknown;
  readonly scanner: { exitCode: number; log: string };
  readonly answers: readonly { what: string; status: number; body: never }[];
}

const exitCodes = fc.constantFrom(0, 1);

describe("a mutated record of a clean scan", () => {
  it.each(["clean", "given-passed"])("passes only while the verdict is there, is good, and is this analysis's: %s", async (fixture) => {
    const isOwn = fixture === "clean";
    await fc.assert(
      fc.asyncProperty(mutatedJson(recordOf(fixture)), exitCodes, async (mutated, exitCode) => {
        if ((await decide(fixture, mutated, exitCode)).verdict !== "passed") return;
        expect(exitCode).toBe(0);
        const record = JSON.parse(mutated) as PlainRecord;
        const body = (what: string): unknown => record.answers.find((answer) => answer.what === what && answer.status === 200)?.body;
        expect(record.stopped).toBeUndefined();
        expect(record.scanner.exitCode).toBe(0);
        const { task } = body("task") as { task: { status: string; analysisId: string } };
        expect(task.status).toBe("SUCCESS");
        const { projectStatus } = body("gate") as { projectStatus: { status: string; conditions: { metricKey: string; status: string }[] } };
        expect(projectStatus.status).toBe("OK");
        expect(projectStatus.conditions.map(({ status }) => status)).not.toContain("ERROR");
        expect(projectStatus.conditions.length).toBeGreaterThan(0);
        if (!isOwn) return;
        expect(projectStatus.conditions.map(({ metricKey }) => metricKey)).toEqual(expect.arrayContaining(["bugs", "vulnerabilities", "coverage", "duplicated_lines_density"]));
        expect(body("latest")).toMatchObject({ analyses: [{ key: task.analysisId }] });
        expect(body("issues 1")).toMatchObject({ issues: [], paging: { total: 0 } });
        expect(body("hotspots 1")).toMatchObject({ hotspots: [], paging: { total: 0 } });
        expect(body("files 1")).toMatchObject({ components: [{}], paging: { total: 1 } });
      }),
      runs,
    );
  });
});

describe("a mutated record of a scan that found something", () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["bug", {}],
    ["vulnerability", {}],
    ["hotspots", {}],
    ["low-coverage", {}],
    ["no-coverage", {}],
    ["duplication", { coverage: 0 }],
    ["new-code-untested", { coverage: 60 }],
    ["broken-file", {}],
    ["minified", { coverage: 0 }],
    ["no-source", {}],
    ["given-failed", {}],
    ["given-first-analysis", {}],
    ["given-500-gate", {}],
    ["given-html-gate", {}],
    ["given-task-failed", {}],
  ])("never passes: %s", async (fixture, settings) => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(recordOf(fixture)), exitCodes, async (mutated, exitCode) => {
        const { verdict } = await decide(fixture, mutated, exitCode, settings);
        if (verdict === "passed") expect(mutated).toBe("not to be passed");
      }),
      { numRuns: 150 },
    );
  });

  it("of which the function that is too complex is one rule's alone passes only when it is no longer of that rule", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(recordOf("complexity")), exitCodes, async (mutated, exitCode) => {
        if ((await decide("complexity", mutated, exitCode)).verdict === "passed") expect(mutated).not.toContain('"rule":"typescript:S3776"');
      }),
      runs,
    );
  });
});
