import { readFileSync } from "node:fs";
import Ajv from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sarif } from "../../src/report/sarif.ts";
import type { Finding, GateName, GateReport, Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { hostileReport } from "../support/hostile-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { aFinding } from "../support/values.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const draft4 = JSON.parse(readFileSync(new URL(import.meta.resolve("ajv/lib/refs/json-schema-draft-04.json")), "utf8")) as object;
const ajv = new Ajv({ schemaId: "id", meta: false, allErrors: true, logger: false });
ajv.addMetaSchema(draft4);
const validate = ajv.compile(read("../fixtures/sarif/sarif-2.1.0.schema.json") as object);

/** What the schema of SARIF has against it. */
function complaints(text: string): unknown[] {
  return validate(JSON.parse(text)) === true ? [] : (validate.errors ?? []).map((error) => `${error.dataPath} ${error.message ?? ""}`);
}

const location = z.object({
  physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string(), uriBaseId: z.string() }), region: z.object({ startLine: z.number() }).optional() }),
  logicalLocations: z.array(z.object({ fullyQualifiedName: z.string(), kind: z.string().optional() })).optional(),
});
const logSchema = z.object({
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string(), version: z.string(), rules: z.array(z.looseObject({ id: z.string(), defaultConfiguration: z.object({ level: z.string() }), help: z.object({ text: z.string() }), properties: z.looseObject({ "security-severity": z.string().optional() }) })) }) }),
      automationDetails: z.object({ id: z.string() }),
      invocations: z.array(z.looseObject({ executionSuccessful: z.boolean(), toolExecutionNotifications: z.array(z.object({ level: z.string(), message: z.object({ text: z.string() }) })).optional() })),
      results: z.array(z.looseObject({ ruleId: z.string(), ruleIndex: z.number(), level: z.string(), message: z.object({ text: z.string() }), locations: z.array(location), partialFingerprints: z.record(z.string(), z.string()), suppressions: z.array(z.object({ kind: z.string(), status: z.string(), justification: z.string() })), baselineState: z.string().optional() })),
    }),
  ),
});

const parsed = (report: Report) => logSchema.parse(JSON.parse(sarif(report)));
type Result = ReturnType<typeof parsed>["runs"][number]["results"][number];

/** The only result of a report with one finding. */
function resultOf(finding: Partial<Finding>, report: Partial<Report> = {}): Result {
  const gate: GateName = finding.gate ?? "static-analysis";
  const result = parsed(aReport({ [gate]: { findings: [aFinding({ gate, ...finding })] } }, report)).runs.flatMap((run) => run.results)[0];
  if (result === undefined) throw new Error("no result");
  return result;
}

const run = (report: Report, gate: GateName) => parsed(report).runs.find((candidate) => candidate.automationDetails.id === `${report.project}/${gate}/`);

describe("results.sarif", () => {
  it.each([
    ["a clean run", aReport()],
    ["a bad day", sampleReport()],
    ["a run in which nothing ran", aReport(Object.fromEntries(aReport().gates.map((gate) => [gate.name, { verdict: "skipped", reason: "not asked for" }])))],
  ])("of %s is valid", (_name, report) => {
    expect(complaints(sarif(report))).toEqual([]);
  });

  it("that is not valid is noticed here", () => {
    expect(complaints(sarif(sampleReport()).replaceAll('"error"', '"grave"'))).not.toEqual([]);
    expect(complaints(sarif(sampleReport()).replaceAll('"uri": "services/', '"uri": "a b/'))).not.toEqual([]);
  });

  it("is valid whatever tools write", () => {
    fc.assert(fc.property(hostileReport, (report) => { expect(complaints(sarif(report))).toEqual([]); }), { numRuns: 60 });
  });

  it("has a run for each gate that ran, each of a category of its own", () => {
    const report = sampleReport();
    const ids = parsed(report).runs.map(({ automationDetails }) => automationDetails.id);
    expect(ids).toEqual(report.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => `notes/${gate.name}/`));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has every finding, whatever its severity, its state and its gate's mode", () => {
    const report = sampleReport();
    expect(parsed(report).runs.flatMap(({ results }) => results)).toHaveLength(report.gates.flatMap((gate) => gate.findings).length);
  });

  it("names tool and version", () => {
    expect(run(sampleReport(), "image-scan")?.tool.driver).toMatchObject({ name: "trivy", version: "0.69.3" });
  });

  it.each<[string, Partial<GateReport>, boolean, string[]]>([
    ["passed", {}, true, []],
    ["failed", { verdict: "failed", findings: [aFinding()] }, true, []],
    ["unavailable", { verdict: "unavailable", reason: "The clone is shallow." }, false, ["The clone is shallow."]],
    ["unavailable without words", { verdict: "unavailable", reason: "" }, false, ["The gate could not look at everything."]],
    ["failed, and a part could not be looked at", { verdict: "failed", reason: "Not everything could be looked at: proxy.", findings: [aFinding()] }, false, ["Not everything could be looked at: proxy."]],
  ])("of a gate that %s says whether the tool did its work", (_name, gate, successful, notes) => {
    const invocation = run(aReport({ "static-analysis": gate }), "static-analysis")?.invocations[0];
    expect(invocation?.executionSuccessful).toBe(successful);
    expect((invocation?.toolExecutionNotifications ?? []).map((note) => `${note.level} ${note.message.text}`)).toEqual(notes.map((note) => `error ${note}`));
  });
});

describe("a result", () => {
  it.each([
    ["critical", "error", "9.5"],
    ["high", "error", "8.0"],
    ["medium", "warning", "5.5"],
    ["low", "note", "2.0"],
    ["info", "note", "0.0"],
  ] as const)("of severity %s is an %s, as a vulnerability %s", (severity, level, security) => {
    expect(resultOf({ severity }).level).toBe(level);
    const ruleOf = (gate: GateName) => run(aReport({ [gate]: { findings: [aFinding({ gate, severity })] } }), gate)?.tool.driver.rules[0];
    expect(ruleOf("image-scan")).toMatchObject({ defaultConfiguration: { level }, properties: { "security-severity": security, tags: ["image-scan", "security"] } });
    expect(ruleOf("static-analysis")?.properties).toEqual({ tags: ["static-analysis"] });
  });

  it.each<[GateName, string, string, number | undefined]>([
    ["static-analysis", "src/a.ts:3", "src/a.ts", 3],
    ["static-analysis", "src/a.ts:3:14", "src/a.ts", 3],
    ["static-analysis", "a folder/ä#?.ts:3", "a%20folder/%C3%A4%23%3F.ts", 3],
    ["static-analysis", "src/a.ts:0", "src/a.ts", undefined],
    ["images", "services/web/Dockerfile", "services/web/Dockerfile", undefined],
    ["dockerfiles", "Dockerfile:2", "Dockerfile", 2],
  ])("of %s at %s is in that file", (gate, where, uri, startLine) => {
    const [place] = resultOf({ gate, where }).locations;
    expect(place).toEqual({ physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, ...(startLine === undefined ? {} : { region: { startLine } }) } });
  });

  it.each<[GateName, string, string | undefined]>([
    ["dependencies", "lodash@4.17.20", "package"],
    ["image-scan", "@img/sharp@0.34.1", "package"],
    ["image-scan", "debian:13", undefined],
    ["secrets", "/etc/passwd:1", undefined],
    ["secrets", "../outside.ts:1", undefined],
    ["secrets", "C:\\a.ts:1", undefined],
    ["secrets", "https://evil.example/a:1", undefined],
    ["unit-tests", "notes > shares a notebook", undefined],
    ["unit-tests", "test/notes.test.ts > shares a notebook", undefined],
    ["static-analysis", "drive:folder/a.ts:3", undefined],
    ["static-analysis", "", undefined],
  ])("of %s at %s is in no file: its place is a name, in the file of the pipeline's settings", (gate, where, kind) => {
    const result = resultOf({ gate, where });
    expect(result.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: "gitops.json", uriBaseId: "%SRCROOT%" }, region: { startLine: 1 } }, logicalLocations: [{ fullyQualifiedName: where, ...(kind === undefined ? {} : { kind }) }] },
    ]);
    expect(result.message.text).toContain(`(${where})`);
  });

  it("that is allowed is suppressed with the reason; another is said not to be", () => {
    expect(resultOf({ allowed: { reason: "looked at by Ada", until: "2027-01-31" } }).suppressions).toEqual([{ kind: "external", status: "accepted", justification: "looked at by Ada (until 2027-01-31)" }]);
    expect(resultOf({}).suppressions).toEqual([]);
  });

  it("is new or unchanged only where there is a baseline", () => {
    const baseline = { commit: "89abcdef0123456789abcdef0123456789abcdef", findings: 1 };
    expect(resultOf({ known: true }, { baseline }).baselineState).toBe("unchanged");
    expect(resultOf({}, { baseline }).baselineState).toBe("new");
    expect(resultOf({}).baselineState).toBeUndefined();
  });

  it("says what fixes it, and names a rule that helps", () => {
    const finding = { gate: "dependencies" as const, rule: "GHSA-1", where: "lodash@4.17.20", title: "Command Injection", fixedIn: "4.17.21", link: "https://github.com/advisories/GHSA-1" };
    expect(resultOf(finding).message.text).toBe("Command Injection (lodash@4.17.20) Fixed in 4.17.21.");
    const rule = run(aReport({ dependencies: { findings: [aFinding(finding)] } }), "dependencies")?.tool.driver.rules[0];
    expect(rule).toMatchObject({ id: "GHSA-1", shortDescription: { text: "Command Injection" }, helpUri: "https://github.com/advisories/GHSA-1" });
    expect(rule?.help.text).toContain("https://github.com/advisories/GHSA-1");
  });

  it("points to its own rule", () => {
    for (const { tool, results } of parsed(sampleReport()).runs) for (const result of results) expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
  });
});

describe("a fingerprint", () => {
  const printOf = (finding: Partial<Finding>): string => resultOf(finding).partialFingerprints["gitopsFinding/v1"] ?? "";

  it("stays when a finding moves within its file", () => {
    expect(printOf({ where: "src/a.ts:3" })).toBe(printOf({ where: "src/a.ts:300" }));
  });

  it.each<[string, Partial<Finding>]>([
    ["file", { where: "src/b.ts:3" }],
    ["rule", { rule: "TS2345" }],
    ["title", { title: "Another." }],
    ["service", { service: "proxy" }],
    ["gate", { gate: "code-quality" }],
  ])("is another for another %s", (_name, change) => {
    expect(printOf(change)).not.toBe(printOf({}));
  });

  it("tells two of a kind in one file apart", () => {
    const findings = [aFinding({ where: "src/a.ts:3" }), aFinding({ where: "src/a.ts:9" })];
    const prints = run(aReport({ "static-analysis": { findings } }), "static-analysis")?.results.map((result) => result.partialFingerprints["gitopsFinding/v1"] ?? "") ?? [];
    expect(prints.map((print) => print.slice(-2))).toEqual([":1", ":2"]);
    expect(prints[0]?.slice(0, -2)).toBe(prints[1]?.slice(0, -2));
  });
});
