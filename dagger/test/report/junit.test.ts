import { XMLParser } from "fast-xml-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { junit } from "../../src/report/junit.ts";
import type { GateReport, Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { hostileReport, hostileStrings } from "../support/hostile-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { aFinding } from "../support/values.ts";

const count = z.coerce.number();
const outcome = z.union([z.string(), z.looseObject({ "@message": z.string().optional(), "#text": z.string().optional() })]);
const caseSchema = z.object({ "@classname": z.string(), "@name": z.string(), "@time": count, failure: outcome.optional(), error: outcome.optional(), skipped: outcome.optional(), "system-out": z.string().optional() });
const suiteSchema = z.looseObject({ "@name": z.string(), "@tests": count, "@failures": count, "@errors": count, "@skipped": count, "@time": count, "@timestamp": z.string(), testcase: z.array(caseSchema) });
const rootSchema = z.object({ testsuites: z.looseObject({ "@tests": count, "@failures": count, "@errors": count, "@skipped": count, testsuite: z.array(suiteSchema) }) });

function parsed(report: Report): z.infer<typeof rootSchema>["testsuites"] {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false, trimValues: false, isArray: (name) => name === "testsuite" || name === "testcase" });
  return rootSchema.parse(parser.parse(junit(report))).testsuites;
}

function suiteOf(gate: Partial<GateReport>): z.infer<typeof suiteSchema> {
  const suite = parsed(aReport({ "static-analysis": gate })).testsuite.find((one) => one["@name"] === "static-analysis");
  if (suite === undefined) throw new Error("no such suite");
  return suite;
}

/** What each test of a gate is: its outcome, and what is said with it. */
const outcomes = (gate: Partial<GateReport>): string[] =>
  suiteOf(gate).testcase.map((one) => {
    for (const kind of ["failure", "error", "skipped"] as const) {
      const found = one[kind];
      if (found !== undefined) return `${kind}: ${typeof found === "string" ? found : (found["@message"] ?? "")}`;
    }
    return `passed: ${one["system-out"] ?? ""}`;
  });

describe("junit.xml", () => {
  it.each<[string, Partial<GateReport>, string[]]>([
    ["that passed", {}, ["passed: 0 findings in 2 files"]],
    ["that was skipped", { verdict: "skipped", reason: "not asked for", lookedAt: undefined }, ["skipped: not asked for"]],
    ["that is off", { verdict: "skipped", mode: "off", reason: "turned off in gitops.json: no TypeScript" }, ["skipped: turned off in gitops.json: no TypeScript"]],
    ["that is unavailable", { verdict: "unavailable", reason: "The clone is shallow." }, ["error: The clone is shallow."]],
    ["that failed", { verdict: "failed", findings: [aFinding(), aFinding({ title: "Other.", where: "src/b.ts:1" })] }, ["failure: Type 'string' is not assignable to type 'number'.", "failure: Other."]],
    ["that failed, with what does not count beside it", { verdict: "failed", findings: [aFinding({ severity: "low" }), aFinding({ known: true }), aFinding({ allowed: { reason: "looked at", until: "2027-01-31" } }), aFinding({ title: "The one." })] }, ["failure: The one."]],
    ["that failed, and did not see everything", { verdict: "failed", reason: "Not everything: proxy.", findings: [aFinding({ title: "The one." })] }, ["failure: The one.", "error: Not everything: proxy."]],
    ["that failed for no finding that counts", { verdict: "failed" }, ["failure: The gate failed."]],
    ["that only shows", { verdict: "failed", mode: "report", findings: [aFinding()] }, ["skipped: shown only, by its mode: failed, 1 finding"]],
    ["that would only show", { verdict: "unavailable", mode: "report", reason: "It broke." }, ["skipped: shown only, by its mode: unavailable. It broke."]],
  ])("of a gate %s", (_name, gate, expected) => {
    expect(outcomes(gate)).toEqual(expected);
  });

  it("has a suite for each gate, and counts that agree", () => {
    const report = sampleReport();
    const { testsuite: suites, ...root } = parsed(report);
    expect(suites.map((suite) => suite["@name"])).toEqual(report.gates.map((gate) => gate.name));
    for (const [key, kind] of [["@failures", "failure"], ["@errors", "error"], ["@skipped", "skipped"]] as const) {
      for (const suite of suites) expect(suite[key]).toBe(suite.testcase.filter((one) => one[kind] !== undefined).length);
      expect(root[key]).toBe(suites.reduce((sum, suite) => sum + suite[key], 0));
    }
    for (const suite of suites) expect(suite["@tests"]).toBe(suite.testcase.length);
    expect(root["@tests"]).toBe(suites.reduce((sum, suite) => sum + suite["@tests"], 0));
  });

  it("has the times of the gates, in seconds", () => {
    expect(suiteOf({ durationMs: 1234, startedAtMs: 61_000 })).toMatchObject({ "@time": 1.234, "@timestamp": "2026-11-23T10:01:01" });
    expect(suiteOf({ durationMs: 1234 }).testcase[0]?.["@time"]).toBe(1.234);
  });

  it("shows a hundred findings and counts the rest", () => {
    const findings = Array.from({ length: 130 }, (_, index) => aFinding({ where: `src/a.ts:${String(index + 1)}` }));
    const cases = suiteOf({ verdict: "failed", findings }).testcase;
    expect(cases).toHaveLength(101);
    expect(cases.at(-1)).toMatchObject({ "@name": "and 30 more", failure: { "@message": "30 more findings in report.json" } });
  });

  it("gives two findings of one rule in one place two names", () => {
    expect(suiteOf({ verdict: "failed", findings: [aFinding(), aFinding()] }).testcase.map((one) => one["@name"])).toEqual(["TS2322 src/a.ts:3", "TS2322 src/a.ts:3 (2)"]);
  });

  it("says where, how it came in and what fixes it", () => {
    const finding = aFinding({ where: "lodash@4.17.20", fixedIn: "4.17.21", via: ["next", "lodash"], link: "https://github.com/advisories/GHSA-1" });
    const failure = suiteOf({ verdict: "failed", findings: [finding] }).testcase[0]?.failure;
    expect(typeof failure === "object" ? failure["#text"] : "").toBe("Type 'string' is not assignable to type 'number'.\nwhere: lodash@4.17.20\nfixed in: 4.17.21\nby way of: next > lodash\nlink: https://github.com/advisories/GHSA-1\nid: TS2322:src/a.ts");
  });

  it("keeps a title as it is, but for what XML cannot hold", () => {
    for (const title of hostileStrings.filter((text) => text.trim() !== "")) {
      const [text] = outcomes({ verdict: "failed", findings: [aFinding({ title })] });
      expect(text?.replaceAll(/\s/g, " ")).toBe(`failure: ${title.replaceAll(/(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Bidi_Control}]/gu, "\ufffd")}`.replaceAll(/\s/g, " "));
    }
  });

  it("is XML whatever tools write", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        parsed(report);
        // The characters of XML 1.0. Whether it is well-formed, a browser's parser says in ci/local/test/report.
        expect(junit(report)).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      }),
      { numRuns: 60 },
    );
  });
});
