import { describe, expect, it } from "vitest";
import type { Step, StepResult } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { readStaticAnalysis, staticAnalysis } from "../../src/gates/static-analysis.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, recordedEngine, resultOf } from "../support/fixtures.ts";
import { aConfig, aContext } from "../support/values.ts";

const backend = { name: "backend", service: { path: "services/backend" }, settings: { sources: "/app" } };

const look = async (fixture: string): Promise<Evidence> =>
  staticAnalysis.look(aContext({ engine: recordedEngine(readFixture(`static-analysis/${fixture}`)) }));

const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.where} ${finding.rule}`);

describe("the static-analysis gate, on what tsc and ESLint really left", () => {
  it("passes when nothing is found, and says how many files it looked at", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: expect.stringMatching(/^tsc 5\.9\.\d+, ESLint 10\.\d+\.\d+$/) as string, lookedAt: { count: 2, unit: "files" }, findings: [], gaps: [], suppressions: [] });
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("keeps ESLint's report, tsc's diagnostics without its list of files, and what both said on stderr", async () => {
    const { raw } = await look("type-errors");
    expect([...raw.keys()]).toEqual(["backend.eslint.json", "backend.tsc.log", "backend.stderr.log"]);
    expect(raw.get("backend.tsc.log")?.trim().split("\n")).toHaveLength(3);
  });

  it("quotes nothing of the sources that could be a secret: neither in its findings nor in what it keeps", () => {
    const planted = "pl4nted-v4lue-0f-a-t0ken";
    const fixture = resultOf(readFixture("static-analysis/type-errors"));
    const message = { ruleId: "no-x", severity: 2, message: `"${planted}" is not a number.`, line: 1, fix: { range: [0, 1], text: planted }, suggestions: [{ desc: "x", fix: { range: [0, 1], text: planted } }] };
    const eslint = JSON.stringify([{ filePath: "/app/src/a.ts", source: `const a = "${planted}";`, output: planted, errorCount: 1, messages: [message] }]);
    const tsc = `/app/src/a.ts\nsrc/a.ts(1,1): error TS2322: Type '"${planted}"' is not assignable to type '"on" | "off"'.\n`;
    const commands = fixture.commands.map((command, index) => (index === 2 ? { ...command, exitCode: 2, stdout: tsc } : index === 3 ? { ...command, exitCode: 1 } : command));
    const evidence = readStaticAnalysis(backend, { ...fixture, commands, outputs: new Map([["/report/eslint.json", eslint]]) });
    expect(evidence.findings.map(({ title }) => title)).toEqual([`Type '"…"' is not assignable to type '"on" | "off"'.`, '"…" is not a number.']);
    expect([...evidence.raw].filter(([, text]) => text.includes(planted))).toEqual([]);
    expect(evidence.raw.get("backend.eslint.json")).toContain('"no-x"');
    const cut = (): unknown => readStaticAnalysis(backend, { ...fixture, commands, outputs: new Map([["/report/eslint.json", eslint.slice(0, -20)]]) });
    expect(cut).toThrow(expect.objectContaining({ raw: expect.not.stringContaining(planted) as string }));
  });

  it("fails on type errors, with paths that lead from the repository's root", async () => {
    const evidence = await look("type-errors");
    expect(brief(evidence)).toEqual([
      "high services/backend/src/a.ts:1 TS2322",
      "high services/backend/src/a.ts:2 TS2322",
      "high services/backend/src/deep/b.ts:3 TS2322",
    ]);
    expect(evidence.findings[0]).toEqual({
      gate: "static-analysis",
      id: "TS2322:services/backend/src/a.ts",
      rule: "TS2322",
      severity: "high",
      title: "Type 'string' is not assignable to type 'number'.",
      where: "services/backend/src/a.ts:1",
      service: "backend",
    });
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "failed" });
  });

  it.each(["type-errors-with-no-emit-on-error", "type-errors-incremental", "type-errors-composite"])("finds the type error whatever tsconfig.json says of emitting: %s", async (fixture) => {
    expect(brief(await look(fixture))).toEqual(["high services/backend/src/a.ts:1 TS2322"]);
  });

  it("takes a diagnostic of several lines as one finding", async () => {
    expect(brief(await look("multi-line-diagnostic"))).toEqual([
      "high services/backend/src/a.ts:2 TS2322",
      "high services/backend/src/a.ts:3 TS2322",
      "high services/backend/src/a.ts:4 TS2322",
    ]);
  });

  it("fails on ESLint's errors and shows its warnings", async () => {
    const evidence = await look("lint-errors");
    expect(brief(evidence)).toEqual([
      "low services/backend/src/b.ts:1 @typescript-eslint/no-explicit-any",
      "high services/backend/src/b.ts:2 no-debugger",
      "high services/backend/src/b.ts:3 no-debugger",
    ]);
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "failed" });
  });

  it("passes with warnings only, and shows them", async () => {
    const evidence = await look("warnings-only");
    expect(brief(evidence)).toEqual(["low services/backend/src/a.ts:1 @typescript-eslint/no-explicit-any"]);
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("fails on a file that does not parse, which ESLint reports without a rule", async () => {
    expect(brief(await look("parse-error"))).toEqual(["high services/backend/src/broken.ts:1 TS1134", "high services/backend/src/broken.ts:1 parse-error"]);
  });

  it("fails on a file that is in no project, which ESLint reports without a line", async () => {
    expect(brief(await look("file-outside-the-project"))).toEqual(["high services/backend/scripts/b.ts:1 parse-error"]);
  });

  it("fails on an unknown option in tsconfig.json", async () => {
    expect(brief(await look("tsc-option-unknown"))).toContain("high services/backend/tsconfig.json:1 TS5025");
  });

  it("fails on a tsconfig.json that is cut off", async () => {
    expect(brief(await look("tsc-config-malformed"))).toEqual(["high services/backend/tsconfig.json:1 TS1005"]);
  });

  it("names files with spaces, brackets and non-ASCII letters as they are", async () => {
    expect(brief(await look("awkward-paths"))).toEqual(["high services/backend/src/[id] (neu)/größe.ts:1 TS2322", "high services/backend/src/[id] (neu)/größe.ts:2 no-debugger"]);
  });

  it("shows what silences it: comments, and ESLint's own file", async () => {
    expect((await look("silenced")).suppressions).toEqual([
      { marker: "eslint-suppressions.json", where: "services/backend/eslint-suppressions.json" },
      { marker: "@ts-expect-error", where: "services/backend/src/a.ts:1" },
      { marker: "eslint-disable", where: "services/backend/src/mit leer zeichen ö.ts:1" },
    ]);
  });
});

describe("a tool that looked at nothing, or not at what it should, makes the service a gap", () => {
  it.each([
    ["no-file-linted", "backend: /app/node_modules/.bin/eslint in step static-analysis/backend ended with exit code 2, which is none of its verdicts."],
    ["eslint-config-broken", "backend: /app/node_modules/.bin/eslint in step static-analysis/backend ended with exit code 2, which is none of its verdicts."],
    ["eslint-rule-unknown", "backend: /app/node_modules/.bin/eslint in step static-analysis/backend ended with exit code 2, which is none of its verdicts."],
    ["no-typescript-linted", "backend: ESLint looked at no TypeScript file of the service."],
    ["tsc-config-missing", "backend: /app/node_modules/.bin/tsc in step static-analysis/backend ended with exit code 1, which is none of its verdicts."],
    [
      "tsc-no-inputs",
      `backend: tsc could not use the project: TS18003: No inputs were found in config file '/app/tsconfig.json'. Specified 'include' paths were '["nowhere"]' and 'exclude' paths were '[]'.`,
    ],
    ["tsc-no-such-library", "backend: tsc could not use the project: TS2688: Cannot find type definition file for 'no-such-types'."],
    ["tsc-references-only", "backend: tsc looked at no file of the service."],
  ])("%s", async (fixture, gap) => {
    const evidence = await look(fixture);
    expect(evidence).toMatchObject({ gaps: [gap], findings: [], lookedAt: { count: 0 } });
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "unavailable", reason: gap });
  });

  it("keeps what the tool said", async () => {
    expect((await look("eslint-rule-unknown")).raw.get("backend.log")).toContain('Could not find "no-such-rule" in plugin "@"');
    expect((await look("tsc-config-missing")).raw.get("backend.log")).toContain("error TS5058");
  });
});

describe("a report of tsc or ESLint that cannot be trusted", () => {
  const clean = resultOf(readFixture("static-analysis/clean"));
  const faulty = resultOf(readFixture("static-analysis/lint-errors"));
  const mistyped = resultOf(readFixture("static-analysis/type-errors"));
  const path = "/report/eslint.json";
  const report = faulty.outputs.get(path) ?? "";
  const withReport = (text: string): StepResult => ({ ...faulty, outputs: new Map([[path, text]]) });
  const withCommand = (result: StepResult, index: number, changed: Partial<StepResult["commands"][number]>): StepResult => ({
    ...result,
    commands: result.commands.map((command, at) => (at === index ? { ...command, ...changed } : command)),
  });

  it.each<[string, StepResult, string | RegExp]>([
    ["empty", withReport(""), "ESLint left an empty report."],
    ["absent", { ...clean, outputs: new Map() }, "ESLint left an empty report."],
    ["cut off", withReport(report.slice(0, -20)), /^ESLint left a report that is cut off or not JSON/],
    ["an object instead of an array", withReport('{"results": []}'), /top level: .*expected array, received object/],
    ["no file", withReport("[]"), "ESLint looked at no TypeScript file of the service."],
    ["a severity that ESLint does not have", withReport(report.replaceAll('"severity":2', '"severity":3')), /messages\.\d\.severity: /],
    ["a file without messages", withReport('[{"filePath": "/app/src/a.ts", "errorCount": 0}]'), /0\.messages: /],
    ["errors, and the exit code of none", withCommand(faulty, 3, { exitCode: 0 }), "ESLint ended with 0 but reported 2 errors: one of them is wrong."],
    ["no errors, and the exit code of some", withCommand(clean, 3, { exitCode: 1 }), "ESLint ended with 1 but reported 0 errors: one of them is wrong."],
    ["type errors, and the exit code of none", withCommand(mistyped, 2, { exitCode: 0 }), "tsc ended with 0 but printed 3 errors: one of them is wrong."],
    ["no type errors, and the exit code of some", withCommand(clean, 2, { exitCode: 2 }), "tsc ended with 2 but printed 0 errors: one of them is wrong."],
    ["tsc printed nothing", withCommand(clean, 2, { stdout: "" }), "tsc looked at no file of the service."],
    ["tsc looked at libraries only", withCommand(clean, 2, { stdout: "/app/node_modules/typescript/lib/lib.d.ts\n/other/a.ts\n/application/b.ts\n" }), "tsc looked at no file of the service."],
    ["one of the tools did not run", { ...clean, commands: clean.commands.slice(0, 3) }, "tsc and ESLint did not both run."],
  ])("%s", (_name, result, message) => {
    expect(() => readStaticAnalysis(backend, result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it("takes a service at the root of the repository, with no folder before its paths", () => {
    const evidence = readStaticAnalysis({ ...backend, service: { path: "." } }, mistyped);
    expect(evidence.findings[0]?.where).toBe("src/a.ts:1");
  });
});

describe("the static-analysis gate's services", () => {
  const config = aConfig({
    services: { backend: { path: "services/backend", staticAnalysis: {} }, proxy: { path: "services/proxy" }, web: { path: "services/web", staticAnalysis: { target: "dev", sources: "/srv/web", project: "tsconfig.app.json" } } },
  });

  it("are those with staticAnalysis; without one there is nothing to do", () => {
    expect(staticAnalysis.nothingToDo(config)).toBeUndefined();
    expect(staticAnalysis.nothingToDo(aConfig({ services: { proxy: { path: "proxy" } } }))).toBe("no service in gitops.json has staticAnalysis");
  });

  it("each is looked at on the image of its own dependencies, without a network", async () => {
    const steps: Step[] = [];
    const engine = fakeEngine({ run: (step) => { steps.push(step); throw new StepError("IMAGE_UNAVAILABLE", "No registry answers."); } });
    const evidence = await staticAnalysis.look(aContext({ config, engine, timeoutMs: 60_000 }));
    expect(evidence.gaps).toEqual(["backend: No registry answers.", "web: No registry answers."]);
    expect(steps[1]).toMatchObject({
      name: "static-analysis/web",
      image: { kind: "build", build: { service: "web", context: "services/web", target: "dev" } },
      workdir: "/srv/web",
      network: "none",
      timeoutMs: 60_000,
    });
    expect(steps[1]?.commands[2]?.argv).toEqual(["/srv/web/node_modules/.bin/tsc", "--noEmit", "--pretty", "false", "--listFiles", "-p", "tsconfig.app.json"]);
  });

  it("one that is broken hides no finding of another", async () => {
    const recorded = recordedEngine(readFixture("static-analysis/type-errors"));
    const engine = fakeEngine({
      run: async (step, asked) => {
        if (step.name.endsWith("/web")) throw new StepError("TIMED_OUT", "tsc was stopped after 60 s.");
        return recorded.run(step, asked);
      },
    });
    const evidence = await staticAnalysis.look(aContext({ config, engine, timeoutMs: 60_000 }));
    expect(evidence).toMatchObject({ gaps: ["web: tsc was stopped after 60 s."], findings: [{}, {}, {}] });
    expect(decideGate(evidence, staticAnalysis.blocksAt)).toEqual({ verdict: "failed", reason: "Not everything could be looked at: web: tsc was stopped after 60 s." });
  });
});
