import { describe, expect, it } from "vitest";
import type { Step, StepResult, StepService } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import { applyAllowList } from "../../src/gates/allow-list.ts";
import { codeQuality } from "../../src/gates/code-quality.ts";
import { evidenceOfFailure, UnreadableReportError, type Evidence, type GateContext, type SonarAccess } from "../../src/gates/gate.ts";
import { decideGate, type GateDecision } from "../../src/gates/policy.ts";
import { recordPath } from "../../src/gates/sonar/step.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, recordedEngine, resultOf } from "../support/fixtures.ts";
import { aConfig, aContext } from "../support/values.ts";

const given: SonarAccess = { host: "https://sonar.example", token: "squ_given" };

const contextOf = (fixture: string, settings: Readonly<Record<string, unknown>> = {}): GateContext =>
  aContext({ engine: recordedEngine(readFixture(`sonar/${fixture}`)), config: aConfig({ gates: { "code-quality": settings } }), ...(fixture.startsWith("given-") ? { sonar: given } : {}) });

const look = async (fixture: string, settings?: Readonly<Record<string, unknown>>): Promise<Evidence> => codeQuality.look(contextOf(fixture, settings));

/** Why the gate could not be looked at. */
const reasonOf = async (fixture: string): Promise<string> => {
  const error: unknown = await look(fixture).catch((caught: unknown) => caught);
  if (!(error instanceof UnreadableReportError)) throw new Error(`${fixture} was read`);
  return error.message;
};

const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.where} ${finding.rule}`);
const decide = (evidence: Evidence): GateDecision => decideGate(evidence, codeQuality.blocksAt);

interface AnyRecord {
  [key: string]: unknown;
  answers: { what: string; status?: number; body?: unknown }[];
}

const answerIn = (record: AnyRecord, what: string): AnyRecord["answers"][number] => record.answers.find((answer) => answer.what === what) ?? expect.fail(`no answer to ${what}`);

/** The record of a fixture, changed. */
function changed(fixture: string, change: (record: AnyRecord) => void): StepResult {
  const result = resultOf(readFixture(`sonar/${fixture}`));
  const record = JSON.parse(result.outputs.get(recordPath) ?? "") as AnyRecord;
  change(record);
  return { ...result, outputs: new Map([[recordPath, JSON.stringify(record)]]) };
}

const lookAt = async (result: StepResult, sonar?: SonarAccess): Promise<Evidence> => codeQuality.look(aContext({ engine: fakeEngine({ run: () => result }), ...(sonar === undefined ? {} : { sonar }) }));

describe("the code-quality gate on our own server, on what the scan really left", () => {
  it("passes a service without a fault, and says how much it looked at", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "25.12.0.117093", lookedAt: { count: 1, unit: "files" }, findings: [], gaps: [], suppressions: [] });
    expect(evidence.facts).toEqual([
      { name: "server", value: "our own" },
      { name: "lines of code", value: "1" },
      { name: "coverage", value: "100 %" },
      { name: "duplication", value: "0 %" },
      { name: "new code", value: "nothing to judge by itself" },
      { name: "functions that are too complex", value: "0" },
    ]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("keeps the scan's record and the scanner's log", async () => {
    const { raw } = await look("clean");
    expect([...raw.keys()]).toEqual(["sonar.json", "sonar-scanner.log"]);
    expect(raw.get("sonar-scanner.log")).toContain("EXECUTION SUCCESS");
  });

  it("fails on a bug, with file, line, rule and its page", async () => {
    const evidence = await look("bug");
    expect(evidence.findings).toEqual([
      {
        gate: "code-quality",
        id: "typescript:S1764:services/backend/src/same.ts",
        rule: "typescript:S1764",
        severity: "high",
        title: 'Correct one of the identical sub-expressions on both sides of operator "&&"',
        where: "services/backend/src/same.ts:2",
        service: "backend",
        link: "https://rules.sonarsource.com/typescript/RSPEC-1764/",
      },
    ]);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it.each<[string, string[]]>([
    ["vulnerability", ["critical services/backend/src/cipher.ts:3 typescript:S5542", "critical services/backend/src/cipher.ts:3 typescript:S5547"]],
    ["hotspots", ["high services/backend/src/text.ts:1 typescript:S5852", "high services/backend/src/text.ts:3 typescript:S2245"]],
    ["complexity", ["high services/backend/src/count.ts:1 typescript:S3776"]],
    ["low-coverage", ["high project quality-gate:coverage"]],
    ["no-coverage", ["high project quality-gate:coverage"]],
    ["settings-in-the-tree", ["high services/backend/src/same.ts:2 typescript:S1764"]],
    ["awkward-paths", ["high services/backend/src/[id] (neu), größe/same.ts:2 typescript:S1764"]],
    ["python", ["high services/backend/app.py:2 python:S1764"]],
  ])("fails on %s", async (fixture, findings) => {
    const evidence = await look(fixture);
    expect(brief(evidence)).toEqual(findings);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("holds a function against the limit in gitops.json", async () => {
    const evidence = await look("complexity-of-ours", { cognitiveComplexity: 5 });
    expect(evidence.findings.map(({ severity, title }) => [severity, title])).toEqual([["high", "Refactor this function to reduce its Cognitive Complexity from 6 to the 5 allowed."]]);
    expect(decide(await look("complexity-allowed"))).toEqual({ verdict: "passed" });
  });

  it("fails on duplication, by the limit in gitops.json, and shows what else it found", async () => {
    const evidence = await look("duplication", { coverage: 0 });
    expect(evidence.findings[0]).toMatchObject({ id: "quality-gate:duplicated_lines_density", title: "the share of duplicated lines is 94.3 %, at most 3 % is allowed" });
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("fails on new lines that no test runs, where the whole has enough", async () => {
    const evidence = await look("new-code-untested", { coverage: 60 });
    expect(brief(evidence)).toContain("high project quality-gate:new_coverage");
    expect(evidence.facts).toContainEqual({ name: "new code", value: "judged as well" });
  });

  it("shows other issues, and passes", async () => {
    const evidence = await look("smells");
    expect(brief(evidence)).toEqual(["info services/backend/src/smell.ts:2 typescript:S1135", "medium services/backend/src/smell.ts:3 typescript:S3504"]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it.each(["second-analysis", "nothing-to-cover", "empty-file", "coverage-of-a-test"])("passes %s", async (fixture) => {
    expect(decide(await look(fixture))).toEqual({ verdict: "passed" });
  });

  it("lets each bug be answered for by itself, and then the gate's count of them too", async () => {
    const evidence = await look("bug");
    const list = [{ id: "typescript:S1764:services/backend/src/same.ts", reason: "it is a test of the gate", until: "2027-01-01" }];
    expect(decide({ ...evidence, findings: applyAllowList(evidence.findings, list, { today: "2026-11-23", byRule: codeQuality.allowByRule }) })).toEqual({ verdict: "passed" });
  });

  it("shows what silences Sonar", async () => {
    const evidence = await look("silenced");
    expect(evidence.suppressions).toEqual([
      { marker: "NOSONAR", where: "services/backend/src/same.ts:2" },
      { marker: "nosonar", where: "services/backend/src/same2.ts:2" },
    ]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["broken-file", "sonar-scanner could not look at everything: Failed to parse file [services/backend/src/broken.ts] at line 1: Variable declaration expected.", {}],
    [
      "minified",
      "Sonar did not read services/backend/src/long.js: it is broken, or looks as if a program had made it. Mend it, or name it in gates.code-quality.exclude. Sonar did not read services/backend/src/short.min.js: it is broken, or looks as if a program had made it. Mend it, or name it in gates.code-quality.exclude.",
      { coverage: 0 },
    ],
  ])("does not pass what Sonar skipped: %s", async (fixture, reason, settings) => {
    expect(decide(await look(fixture, settings))).toEqual({ verdict: "unavailable", reason });
  });

  it("looks into folders that Sonar leaves out when nothing is said", async () => {
    expect(brief(await look("vendored", { coverage: 0 }))).toContain("high services/backend/src/vendor/same.ts:2 typescript:S1764");
  });

  it("does not pass a service in which Sonar knows nothing", async () => {
    expect(decide(await look("no-source"))).toMatchObject({ verdict: "unavailable" });
  });

  it("says what the scanner said when it could not use the coverage", async () => {
    expect(await reasonOf("coverage-of-another-file")).toBe("sonar-scanner ended with 3: Error during parsing of the generic coverage report '/scan/coverage.xml'. Look at SonarQube documentation to know the expected XML format.");
  });

  it.each([
    ["another coverage", { coverage: 90 }, "coverage by the limit 90"],
    ["another duplication", { duplication: 2 }, "duplicated_lines_density by the limit 2"],
  ])("does not believe a gate with %s than gitops.json has", async (_, settings, what) => {
    expect((await look("clean", settings)).gaps).toEqual([`Our own SonarQube server did not evaluate ${what}.`]);
  });
});

describe("the code-quality gate on a server that was given", () => {
  it("passes when its quality gate does", async () => {
    const evidence = await look("given-passed");
    expect(evidence.facts?.[0]).toEqual({ name: "server", value: "https://sonar.example" });
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails by each condition that failed, and shows issues that block nothing by themselves", async () => {
    const evidence = await look("given-failed");
    expect(brief(evidence)).toEqual([
      "high project quality-gate:coverage",
      "high project quality-gate:violations",
      "medium services/backend/src/same.ts:2 typescript:S1764",
      "medium services/backend/src/text.ts:1 typescript:S5852",
      "medium services/backend/src/text.ts:3 typescript:S2245",
    ]);
    expect(evidence.findings[0]).toMatchObject({ title: "coverage is 25 %, at least 80 % is needed", link: "https://sonar.example/dashboard?id=notes" });
    expect(evidence.findings[2]?.link).toMatch(/^https:\/\/sonar\.example\/project\/issues\?id=notes&open=[\w-]+$/);
    expect(evidence.findings[3]?.link).toMatch(/^https:\/\/sonar\.example\/security_hotspots\?id=notes&hotspots=[\w-]+$/);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("judges by the verdict alone where the token may not browse, and says so", async () => {
    const passed = await look("given-analysis-token");
    expect(passed.facts).toContainEqual({ name: "issues", value: "not listed: the token may not browse the project" });
    expect(decide(passed)).toEqual({ verdict: "passed" });
    const failed = await look("given-analysis-token-issues");
    expect(brief(failed)).toEqual(["high project quality-gate:coverage", "high project quality-gate:violations"]);
    expect(decide(failed)).toEqual({ verdict: "failed" });
  });

  it.each([
    ["given-wrong-token", /^sonar-scanner ended with 1: Failed to query server version: GET https:\/\/sonar\.example\/api\/v2\/analysis\/version failed with HTTP 401 Unauthorized\./],
    ["given-powerless-token", /^sonar-scanner ended with 3: You're not authorized to analyze this project or the project doesn't exist/],
    ["given-first-analysis", /^The quality gate of notes at https:\/\/sonar\.example evaluated no condition: .* Give it conditions on overall code\.$/],
    ["given-500-first", /^The server https:\/\/sonar\.example failed \(500\) when asked GET api\/system\/status: An error has occurred/],
    ["given-500-scanner", /^sonar-scanner ended with 3: .*500/],
    ["given-500-gate", /^The server https:\/\/sonar\.example failed \(500\) when asked GET api\/qualitygates\/project_status/],
    ["given-500-issues", /^The server https:\/\/sonar\.example failed \(500\) when asked GET api\/issues\/search/],
    ["given-html", /answered with something that is not JSON when asked GET api\/system\/status: <!doctype html>.*Is it a SonarQube server, or a sign-in page before one\?$/],
    ["given-html-gate", /answered with something that is not JSON when asked GET api\/qualitygates\/project_status/],
    ["given-redirect", /sends elsewhere, to https:\/\/login\.example\/api\/system\/status, .*SONAR_HOST_URL/],
    ["given-hang", /did not answer when asked GET api\/system\/status \(no answer within 30 s\)/],
    ["given-hang-gate", /did not answer when asked GET api\/qualitygates\/project_status \(no answer within 30 s\)/],
    ["given-gone", /did not answer when asked GET api\/ce\/task \(other side closed\)/],
    ["given-deleted-while-processed", /no longer knows what it was asked for \(404\) .* somebody has deleted the project notes or its analysis meanwhile\. Run again\.$/],
    ["given-deleted-before-verdict", /no longer knows what it was asked for \(404\) .* somebody has deleted the project notes or its analysis meanwhile\. Run again\.$/],
    ["given-task-failed", /^The server https:\/\/sonar\.example could not process the analysis: .*[Dd]ate/],
    ["given-cancelled", /^Somebody cancelled the analysis at https:\/\/sonar\.example\. Run again\.$/],
  ])("is unavailable, and says why: %s", async (fixture, reason) => {
    expect(await reasonOf(fixture)).toMatch(reason);
  });

  it.each<[string, SonarAccess, string]>([
    ["a token alone", { token: "squ_given" }, "SONAR_TOKEN is set, and no server is named. Set SONAR_HOST_URL, or gates.code-quality.host in gitops.json, to its address; without SONAR_TOKEN the pipeline brings a server of its own."],
    ["an address that is none", { ...given, host: "sonar.example" }, "SONAR_HOST_URL is sonar.example, which is no address. It must be one such as https://sonar.example"],
    ["an address with a password", { ...given, host: "https://me:squ_given@sonar.example" }, "SONAR_HOST_URL holds a user's name or password. Leave them out: SONAR_TOKEN says who asks."],
  ])("refuses %s before anything runs", async (_, sonar, message) => {
    await expect(codeQuality.look(aContext({ engine: fakeEngine(), sonar }))).rejects.toThrow(new UnreadableReportError(message));
  });
});

describe("a record that does not hold together", () => {
  const setStatus = (body: unknown) => (record: AnyRecord): void => {
    answerIn(record, "gate").body = body;
  };

  it.each([
    ["with no value", { status: "NO_VALUE", metricKey: "new_coverage", comparator: "LT", errorThreshold: "80" }],
    ["that is called good without one", { status: "OK", metricKey: "new_coverage", comparator: "LT", errorThreshold: "80" }],
  ])("a given server's one condition %s is not evaluated", async (_, condition) => {
    const result = changed("given-passed", setStatus({ projectStatus: { status: "OK", conditions: [condition] } }));
    const evidence = await codeQuality.look(aContext({ engine: fakeEngine({ run: () => result }), sonar: given })).catch(evidenceOfFailure);
    expect(decide(evidence)).toMatchObject({ verdict: "unavailable", reason: expect.stringMatching(/evaluated no condition/) as string });
  });

  it.each<[string, StepResult, RegExp]>([
    ["a scan that did not run", { ...resultOf(readFixture("sonar/clean")), commands: [] }, /did not run/],
    ["no record", { ...resultOf(readFixture("sonar/clean")), outputs: new Map() }, /empty report/],
    ["a failed end with a whole record", { ...resultOf(readFixture("sonar/clean")), commands: [{ exitCode: 1, stdout: "", stderr: "" }] }, /ended with 1, and its record says otherwise/],
    ["a good end with a record that broke off", changed("clean", (record) => { record["stopped"] = { at: "gate" }; }), /ended with 0, and its record says otherwise/],
    ["another project", changed("clean", (record) => { record["project"] = "other"; }), /of another scan/],
    ["another server", changed("clean", (record) => { record["host"] = "https://other.example"; }), /of another scan/],
    ["a scanner that failed", changed("clean", (record) => { record["scanner"] = { exitCode: 2, log: "" }; }), /did not come to its end/],
    ["no report-task.txt", changed("clean", (record) => { delete record["reportTask"]; }), /did not come to its end/],
    ["a task that is not done", changed("clean", (record) => { answerIn(record, "task").body = { task: { status: "PENDING" } }; }), /not processed: it is PENDING/],
    ["a task of another project", changed("clean", (record) => { answerIn(record, "task").body = { task: { status: "SUCCESS", analysisId: "a", componentKey: "other" } }; }), /is of the project other/],
    ["a later analysis", changed("clean", (record) => { answerIn(record, "latest").body = { analyses: [{ key: "later" }] }; }), /may be of another analysis/],
    ["no conditions", changed("clean", setStatus({ projectStatus: { status: "OK", conditions: [] } })), /evaluated no condition/],
    ["a gate that says NONE", changed("clean", setStatus({ projectStatus: { status: "NONE", conditions: [{ status: "OK", metricKey: "coverage" }] } })), /evaluated no condition/],
    ["OK with a condition that failed", changed("bug", (record) => { (answerIn(record, "gate").body as { projectStatus: { status: string } }).projectStatus.status = "OK"; }), /says OK, and 1 of its conditions failed/],
    ["ERROR without one", changed("clean", (record) => { (answerIn(record, "gate").body as { projectStatus: { status: string } }).projectStatus.status = "ERROR"; }), /says ERROR, and 0 of its conditions failed/],
    ["an answer of 500 where the record goes on", changed("clean", (record) => { answerIn(record, "gate").status = 500; }), /no good answer of the server to gate/],
    ["no list of issues", changed("clean", (record) => { record.answers = record.answers.filter(({ what }) => !what.startsWith("issues")); }), /did not list what it found/],
    ["no search for what silences", changed("clean", (record) => { delete record["silenced"]; }), /did not look for what silences Sonar/],
  ])("is not believed: %s", async (_, result, message) => {
    await expect(lookAt(result)).rejects.toThrow(message);
  });

  it("counts a failed condition that no listed bug explains", async () => {
    const result = changed("bug", (record) => { answerIn(record, "issues 1").body = { paging: { total: 0 }, issues: [] }; });
    expect(brief(await lookAt(result))).toEqual(["high project quality-gate:bugs"]);
  });

  it("says when the server has more than it lists", async () => {
    const result = changed("bug", (record) => { (answerIn(record, "issues 1").body as { paging: { total: number } }).paging.total = 12_345; });
    expect((await lookAt(result)).gaps).toEqual(["The server has 12345 issues and listed 1 of them."]);
  });

  it("does not pass code of which no coverage was evaluated", async () => {
    const result = changed("clean", (record) => {
      const { projectStatus } = answerIn(record, "gate").body as { projectStatus: { conditions: { metricKey: string }[] } };
      projectStatus.conditions = projectStatus.conditions.filter(({ metricKey }) => metricKey !== "coverage");
    });
    expect((await lookAt(result)).gaps).toEqual(["Our own SonarQube server did not evaluate coverage by the limit 80."]);
  });
});

describe("the scan's step", () => {
  const tested = { backend: { path: "services/backend", unitTests: { command: ["run"], junit: "/r/junit.xml", lcov: "/r/lcov.info" } }, proxy: { path: "services/proxy" } };
  const junit = '<testsuites><testsuite name="a" tests="1"><testcase name="t" classname="a"/></testsuite></testsuites>';

  interface Ran {
    readonly steps: Step[];
    readonly ahead: { services: readonly StepService[]; before: readonly Step[] }[];
    readonly evidence: Evidence;
  }

  /** Runs the gate with unit tests that leave this coverage; `clean` is what the scan leaves. */
  async function run(more: { lcov?: string; services?: unknown; config?: Readonly<Record<string, unknown>>; sonar?: SonarAccess; fixture?: string } = {}): Promise<Ran> {
    const steps: Step[] = [];
    const ahead: Ran["ahead"] = [];
    const engine = {
      ...fakeEngine({
        run: (step) => {
          steps.push(step);
          if (step.name === "code-quality") return resultOf(readFixture(`sonar/${more.fixture ?? (more.sonar === undefined ? "clean" : "given-passed")}`));
          if (more.lcov === undefined) throw new StepError("OUT_OF_MEMORY", "Step unit-tests/backend was killed.");
          return { commands: [{ exitCode: 0, stdout: "", stderr: "" }], outputs: new Map([["/r/junit.xml", junit], ["/r/lcov.info", more.lcov]]), cached: false, standIns: [] };
        },
      }),
      startAhead: async (services: readonly StepService[], before: readonly Step[]) => {
        ahead.push({ services, before });
        return Promise.resolve("started" as const);
      },
    };
    const config = aConfig({ services: more.services ?? tested, ...more.config });
    const evidence = await codeQuality.look(aContext({ engine, config, ...(more.sonar === undefined ? {} : { sonar: more.sonar }) }));
    return { steps, ahead, evidence };
  }

  const scanOf = ({ steps }: Ran): Step => steps.find(({ name }) => name === "code-quality") ?? expect.fail("it did not scan");
  const textOf = (step: Step, path: string): string => step.files.flatMap((file) => (file.from === "text" && file.to === path ? [file.content] : []))[0] ?? expect.fail(`no ${path}`);

  it("starts our own server ahead of the unit tests", async () => {
    const ran = await run({ lcov: "SF:/app/src/a.ts\nDA:1,1\nend_of_record\n" });
    expect(ran.ahead).toHaveLength(1);
    expect(ran.ahead[0]?.services.map(({ name }) => name)).toEqual(["sonarqube"]);
    expect(ran.ahead[0]?.before.map(({ name }) => name)).toEqual(["unit-tests/backend"]);
  });

  it("hands over the unit tests' coverage, with paths from the repository's root", async () => {
    const ran = await run({ lcov: "SF:/app/src/a.ts\nDA:1,1\nend_of_record\n" });
    expect(textOf(scanOf(ran), "/scan/coverage.xml")).toContain('<file path="services/backend/src/a.ts">');
    expect(ran.evidence.gaps).toEqual([]);
  });

  it("has a gap where a service's tests leave no coverage, and then holds none against it", async () => {
    const ran = await run({ fixture: "no-coverage" });
    expect(brief(ran.evidence)).toEqual([]);
    expect(decide(ran.evidence)).toEqual({ verdict: "unavailable", reason: "backend: which lines its tests run is not known. Step unit-tests/backend was killed." });
  });

  it("still counts a bug where coverage is not known", async () => {
    expect(decide((await run({ fixture: "bug" })).evidence)).toMatchObject({ verdict: "failed" });
  });

  it("takes the sources of all services and of the infrastructure, each in its place", async () => {
    const ran = await run({ lcov: "", services: { web: { path: "services/web" }, api: { path: "services/api" } }, config: { infrastructure: { path: "cdktf" } } });
    expect(scanOf(ran).files.filter(({ from }) => from === "tree")).toEqual([
      { from: "tree", path: "cdktf", to: "/project/cdktf" },
      { from: "tree", path: "services/api", to: "/project/services/api" },
      { from: "tree", path: "services/web", to: "/project/services/web" },
    ]);
  });

  it("has a network to our own server only, and its password in a cache that the server does not have", async () => {
    const step = scanOf(await run({ lcov: "" , services: { web: { path: "web" } } }));
    expect(step).toMatchObject({ network: "none", secrets: {}, services: [{ name: "sonarqube", kept: true }] });
    expect(step.freshness).toBeUndefined();
    const [server] = step.services ?? [];
    expect(Object.values(server?.caches ?? {})).not.toContain(step.caches["/credentials"]);
  });

  it("gives a given server's token as a file, runs on the registries' network, and asks again each hour", async () => {
    const step = scanOf(await run({ lcov: "", services: { web: { path: "web" } }, sonar: { ...given, host: "https://sonar.example/" } }));
    expect(step).toMatchObject({ network: "registries", secrets: { "/run/sonar-token": "squ_given" }, freshness: expect.stringMatching(/^[0-9a-f]{40} 2026-11-23T10$/) as string });
    expect(step.services).toBeUndefined();
    expect(step.caches["/credentials"]).toBeUndefined();
    expect(JSON.stringify([step.files, step.commands, step.env])).not.toContain("squ_given");
    expect(textOf(step, "/scan/settings.json")).toContain('"host":"https://sonar.example"');
  });

  it("takes the host of gitops.json where the environment names none", async () => {
    const step = scanOf(await run({ lcov: "", services: { web: { path: "web" } }, sonar: { token: "squ_given" }, config: { gates: { "code-quality": { host: "https://sonar.example", organization: "team" } } } }));
    expect(textOf(step, "/scan/project.properties")).toContain("sonar.host.url=https://sonar.example\nsonar.organization=team\n");
  });

  it("names the branch to SonarCloud, where it is not the release branch, and to no other server", async () => {
    const branchFor = async (settings: Readonly<Record<string, unknown>>, releaseBranch: string): Promise<unknown> => {
      const step = scanOf(await run({ lcov: "", services: { web: { path: "web" } }, sonar: given, config: { releaseBranch, gates: { "code-quality": { host: "https://sonar.example", ...settings } } } }));
      const told = (JSON.parse(textOf(step, "/scan/settings.json")) as { branch?: string }).branch;
      return [told, /^sonar\.branch\.name=(.*)$/m.exec(textOf(step, "/scan/project.properties"))?.[1]];
    };
    expect(await branchFor({ organization: "team" }, "release")).toEqual(["main", "main"]);
    expect(await branchFor({ organization: "team" }, "main")).toEqual([undefined, undefined]);
    expect(await branchFor({}, "release")).toEqual([undefined, undefined]);
  });

  it("keeps no result of a scan that broke off", async () => {
    const step = scanOf(await run({ lcov: "", services: { web: { path: "web" } } }));
    expect(step.commands).toEqual([{ program: "sonar-scanner", argv: ["node", "/scan/scan.mjs", "/scan/settings.json"], accept: [0, 1], keep: [0] }]);
  });

  it("leaves the scan time to say how far it came, before the step's own time is over", async () => {
    const settings = JSON.parse(textOf(scanOf(await run({ lcov: "", services: { web: { path: "web" } } })), "/scan/settings.json")) as { timeoutMs: number };
    expect(settings.timeoutMs).toBe(885_000);
  });

  it("passes a cancelled run on", async () => {
    const engine = fakeEngine({
      run: (step) => {
        if (step.name !== "code-quality") throw new StepError("CANCELLED", "Cancelled.");
        return resultOf(readFixture("sonar/clean"));
      },
    });
    await expect(codeQuality.look(aContext({ engine, config: aConfig({ services: tested }) }))).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
