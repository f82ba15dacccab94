import { describe, expect, it } from "vitest";
import type { Step, StepResult } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import { decideGate } from "../../src/gates/policy.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { unitTestSteps, vitestFiles } from "../../src/gates/tests/unit-test-steps.ts";
import { readUnitTests, unitTestResults } from "../../src/gates/tests/unit-test-results.ts";
import { unitTests } from "../../src/gates/unit-tests.ts";
import { pytestCases, pytestCommand } from "../record/unit-tests-cases.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, recordedEngine, resultOf } from "../support/fixtures.ts";
import { aConfig, aContext } from "../support/values.ts";

const withTests = (settings: object = {}) => aConfig({ services: { web: { path: "services/web", unitTests: settings } } });
const pytest = (name: string): object => ({ command: pytestCommand(pytestCases[name]?.options), junit: "/app/reports/junit.xml", lcov: "/app/reports/lcov.info" });

async function look(fixture: string): Promise<Evidence> {
  const [tool = "", name = ""] = fixture.split("/");
  const config = withTests(tool === "pytest" ? pytest(name) : name === "no-coverage-package" ? { target: "without-coverage" } : {});
  return unitTests.look(aContext({ config, engine: recordedEngine(readFixture(fixture)) }));
}

const decide = (evidence: Evidence) => decideGate(evidence, unitTests.blocksAt);
const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.rule} ${finding.where} ${finding.title}`);

describe("the unit-tests gate, on what Vitest really left", () => {
  it("passes when every test does, and counts tests and covered lines", async () => {
    const evidence = await look("vitest/clean");
    expect(evidence).toMatchObject({ toolVersion: "Vitest 5.1.1", lookedAt: { count: 2, unit: "tests" }, findings: [], gaps: [] });
    expect(evidence.facts).toEqual([
      { name: "web: tests", value: "2 passed" },
      { name: "web: coverage", value: "83.3 % of 6 lines" },
    ]);
    expect([...evidence.raw.keys()]).toEqual(["web.vitest.json", "web.lcov.info", "web.log"]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails with the file and line of each failed test, set-up, file and forgotten promise, and counts what was left out", async () => {
    const evidence = await look("vitest/failures");
    expect(brief(evidence)).toEqual([
      "high broken-test-file services/web/test/broken.test.ts:1 services/web/test/broken.test.ts: Cannot find module './nowhere.ts' imported from /app/test/broken.test.ts",
      "high failed-test services/web/test/faults.test.ts:13 with a set-up: no set-up",
      "high failed-test services/web/test/faults.test.ts:6 adding > adds wrongly: expected 3 to be 4 // Object.is equality",
      "high failed-test services/web/src/add.ts:8 adding > throws: bo",
      "high unhandled-error services/web/test/faults.test.ts:16 Unhandled Rejection: nobody waits",
    ]);
    expect(evidence.findings[2]).toMatchObject({ gate: "unit-tests", id: "failed-test:web:adding > adds wrongly", service: "web" });
    expect(evidence.facts?.[0]).toEqual({ name: "web: tests", value: "4 passed, 2 failed, 3 skipped" });
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("shows a test that passed only when it was run again, and passes", async () => {
    const evidence = await look("vitest/flaky");
    expect(brief(evidence)).toEqual(["low flaky-test services/web/test/flaky.test.ts:5 is flaky: passed when it was run again; before that: expected 1 to be 2 // Object.is equality"]);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it.each([
    ["vitest/all-skipped", "high no-tests services/web No test was executed: 2 were skipped"],
    ["vitest/no-test-files", "high no-tests services/web No test was executed: there is none"],
    ["vitest/no-test-files-allowed", "high no-tests services/web No test was executed: there is none"],
    ["pytest/all-skipped", "high no-tests services/web No test was executed: 1 was skipped"],
    ["pytest/none-collected", "high no-tests services/web No test was executed: there is none"],
  ])("fails where no test was executed: %s", async (fixture, finding) => {
    const evidence = await look(fixture);
    expect(brief(evidence)).toEqual([finding]);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("fails on coverage below the service's own threshold, though every test passed", async () => {
    const evidence = await look("vitest/threshold-missed");
    expect(brief(evidence)).toEqual([
      "high coverage-threshold services/web Coverage for lines (83.33%) does not meet global threshold (90%)",
      'high coverage-threshold services/web Coverage for functions (50%) does not meet "src/add.ts" threshold (100%)',
    ]);
    expect(evidence.findings[0]?.id).toBe("coverage-threshold:web:Coverage for lines (#) does not meet global threshold (#)");
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("takes a service of which no line is covered for one without coverage, which is no fault of its tests", async () => {
    const evidence = await look("vitest/nothing-covered");
    expect(evidence.facts?.[1]).toEqual({ name: "web: coverage", value: "of no line" });
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it.each([
    ["a process that is killed", "vitest/worker-killed", "high unfinished-test-file services/web/test/killed.test.ts"],
    ["a test that ends the process with 0", "vitest/process-exit", "high failed-test services/web/test/exits.test.ts:2"],
    ["a test that is marked to be run alone", "vitest/only-one", "high failed-test services/web/test/only.test.ts"],
  ])("fails on %s", async (_name, fixture, finding) => {
    const evidence = await look(fixture);
    expect(brief(evidence)[0]).toContain(finding);
    expect(decide(evidence)).toEqual({ verdict: "failed" });
  });

  it("is not led astray by the service's configuration: reporters, bail, ignored errors, coverage switched off", async () => {
    expect(brief(await look("vitest/configuration-lax"))).toEqual([
      "high failed-test services/web/test/wrong.test.ts:3 is wrong: expected 1 to be 2 // Object.is equality",
      "high unhandled-error services/web/test/wrong.test.ts:5 Unhandled Rejection: nobody waits",
    ]);
    expect(brief(await look("vitest/unhandled-only"))).toEqual(["high unhandled-error services/web/test/promise.test.ts:2 Unhandled Rejection: nobody waits"]);
  });

  it.each(["vitest/exit-code-taken-away", "pytest/exit-code-taken-away"])("fails on a failed test whatever the exit code says, and says that the two disagree: %s", async (fixture) => {
    const evidence = await look(fixture);
    expect(evidence.findings).toMatchObject([{ rule: "failed-test" }]);
    expect(decide(evidence)).toEqual({ verdict: "failed", reason: "Not everything could be looked at: web: The tests ended with exit code 0 although some failed: one of the two is wrong." });
  });

  it("writes names with line breaks on one line", async () => {
    expect(brief(await look("vitest/awkward-names"))).toEqual([`high failed-test services/web/test/[id] (neu)/größe.test.ts:3 says "größe" <b>& 再见: expected 'a' to be 'b' // Object.is equality`]);
  });

  it.each([
    ["vitest/configuration-broken", "web: Vitest ended with exit code 1 and left no report: Error: no such plugin"],
    ["vitest/set-up-broken", "web: Vitest set out to run 1 test files and reported 0. It said: Error: no database here"],
    ["vitest/no-coverage-package", "web: Vitest cannot measure coverage: @vitest/coverage-v8 is not among the service's development dependencies. Add it with: npm install --save-dev @vitest/coverage-v8"],
    ["pytest/option-unknown", "web: The tests ended with exit code 4 and left no report: ERROR: usage: python -m pytest [options] [file_or_dir] [file_or_dir] [...]"],
    ["pytest/report-in-the-tree", "web: The tests ended with exit code 4 and left no report: ERROR: usage: python -m pytest [options] [file_or_dir] [file_or_dir] [...]"],
  ])("is unavailable where nobody knows how the tests end: %s", async (fixture, reason) => {
    const evidence = await look(fixture);
    expect(decide(evidence)).toEqual({ verdict: "unavailable", reason });
    expect(evidence.raw.get("web.log")).not.toBe("");
  });
});

describe("the unit-tests gate, on what pytest really left", () => {
  it("passes, and counts tests and covered lines", async () => {
    const evidence = await look("pytest/clean");
    expect(evidence).toMatchObject({ lookedAt: { count: 1 }, facts: [{ value: "1 passed" }, { value: "75.0 % of 4 lines" }] });
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails with file and line, once for a test with a failure and an error of its tear-down", async () => {
    const evidence = await look("pytest/failures");
    expect(brief(evidence)).toEqual([
      "high failed-test services/web/tests/test_faults.py:6 tests.test_faults > test_wrong: AssertionError: numbers <differ> & ]]> ü",
      "high failed-test services/web tests.test_faults > test_passes_against_expectation: [XPASS(strict)]",
      'high failed-test services/web/tests/test_faults.py:26 tests.test_faults > test_set_up: failed on setup with "RuntimeError: set-up"',
      'high failed-test services/web/tests/test_faults.py:36 tests.test_faults > test_tear_down: failed on teardown with "RuntimeError: tear-down"',
      "high failed-test services/web/tests/test_faults.py:44 tests.test_faults > test_both: assert False",
    ]);
    expect(evidence.facts?.[0]?.value).toBe("3 passed, 5 failed, 2 skipped");
  });

  it("finds the test that was run again, which pytest-rerunfailures does not say in so many words", async () => {
    const evidence = await look("pytest/flaky");
    expect(brief(evidence)).toEqual(["low flaky-test services/web tests.test_flaky > test_flaky: passed in run 2"]);
    expect(evidence.lookedAt.count).toBe(2);
    expect(decide(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails on a file that cannot be loaded", async () => {
    expect(brief(await look("pytest/collection-error"))).toEqual(["high failed-test services/web/tests/test_broken.py:1 tests.test_broken: collection failure: ModuleNotFoundError: No module named 'nowhere'"]);
  });

  it("fails on coverage below the threshold of the command", async () => {
    expect(brief(await look("pytest/threshold-missed"))).toEqual(["high coverage-threshold services/web Required test coverage of 99% not reached. Total coverage: 75.00%"]);
  });
});

describe("a test run that cannot be trusted", () => {
  const tested = { name: "web", service: { path: "services/web" }, settings: { sources: "/app", command: undefined, junit: undefined, lcov: undefined } };
  const clean = resultOf(readFixture("vitest/clean"));
  const report = clean.outputs.get(vitestFiles.report) ?? "";
  const withFile = (path: string, text: string): StepResult => ({ ...clean, outputs: new Map([...clean.outputs, [path, text]]) });
  const withExit = (exitCode: number, stdout?: string): StepResult => ({ ...clean, commands: clean.commands.map((command) => ({ ...command, exitCode, stdout: stdout ?? command.stdout })) });

  it.each<[string, StepResult, string | RegExp]>([
    ["no report", withFile(vitestFiles.report, ""), /^Vitest ended with exit code 0 and left no report: /],
    ["a report that is cut off", withFile(vitestFiles.report, report.slice(0, -20)), /^Vitest left a report that is cut off or not JSON/],
    ["fewer tests than it says", withFile(vitestFiles.report, report.replace('"tests":2', '"tests":3')), "Vitest's report has 2 of 3 tests."],
    ["fewer files than were begun", withFile(vitestFiles.report, report.replace('"begun":1', '"begun":2')), "Vitest set out to run 2 test files and reported 1."],
    ["a run that was interrupted", withFile(vitestFiles.report, report.replace('"reason":"passed"', '"reason":"interrupted"')), "Vitest was interrupted before it had run every test."],
    ["a state that nobody knows", withFile(vitestFiles.report, report.replace('"state":"passed"', '"state":"fine"')), /modules\.0\.state: /],
    ["an exit code that no test explains", withExit(1), /^The tests ended with exit code 1 although none of them failed: /],
    ["a Vitest that is too old", { ...withExit(0, " RUN  v2.1.9 /app"), outputs: new Map() }, "Vitest 2 is too old to tell what this gate has to know: it needs Vitest 3 or later."],
    ["no command at all", { ...clean, commands: [] }, "The tests did not run."],
  ])("%s", (_name, result, message) => {
    expect(() => readUnitTests(tested, result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it.each<[string, StepResult, string | RegExp]>([
    ["is not there", withFile(vitestFiles.summary, ""), "web: Vitest's coverage left an empty report."],
    ["is cut off", withFile(vitestFiles.lcov, (clean.outputs.get(vitestFiles.lcov) ?? "").replace("end_of_record\n", "")), "web: The coverage report is cut off in its record of src/add.ts."],
    ["has lost a file", withFile(vitestFiles.lcov, ""), "web: Vitest's two coverage reports do not agree: one of them is not whole."],
    ["is about other files", withFile(vitestFiles.lcov, (clean.outputs.get(vitestFiles.lcov) ?? "").replace("SF:src/", "SF:/usr/lib/")), "web: The coverage report names no file below /app."],
  ])("coverage that %s is a gap, and no reason to hide what the tests said", (_name, result, gap) => {
    expect(readUnitTests(tested, result)).toMatchObject({ run: { passed: 2 }, gaps: [gap] });
  });
});

describe("the unit-tests gate's steps", () => {
  const services = {
    web: { path: "services/web", unitTests: { target: "dev", sources: "/srv/web", env: { A: "b" }, services: { database: { image: "postgres", port: 5432, env: { POSTGRES_HOST_AUTH_METHOD: "trust" } } } } },
    api: { path: "api", unitTests: pytest("clean") },
    proxy: { path: "proxy" },
  };
  const config = aConfig({ services, gates: { "unit-tests": { timeoutMinutes: 3 } } });
  const steps = unitTestSteps(config);

  it("are those of the services with unitTests; without one there is nothing to do", () => {
    expect([...steps.keys()]).toEqual(["web", "api"]);
    expect(unitTests.nothingToDo(config)).toBeUndefined();
    expect(unitTests.nothingToDo(aConfig({ services: { proxy: { path: "proxy" } } }))).toBe("no service in gitops.json has unitTests");
  });

  it("run Vitest on the image of the service's dependencies, without a network but to its servers", () => {
    expect(steps.get("web")).toMatchObject({
      name: "unit-tests/web",
      image: { kind: "build", build: { service: "web", context: "services/web", target: "dev" } },
      workdir: "/srv/web",
      network: "none",
      env: { CI: "true", A: "b" },
      memoryMb: 4096,
      timeoutMs: 180_000,
      services: [{ name: "database", image: "postgres", port: 5432, env: { POSTGRES_HOST_AUTH_METHOD: "trust" }, kept: false }],
    });
    expect(steps.get("web")?.commands[0]?.argv.slice(0, 2)).toEqual(["/srv/web/node_modules/.bin/vitest", "run"]);
    expect(steps.get("api")?.services).toBeUndefined();
  });

  it("keep the result of a run in which every test passed, and no other", () => {
    expect([...steps.values()].map((step) => step.commands.map((command) => command.keep))).toEqual([[[0]], [[0]]]);
  });

  it("empty the place of each report after the sources are there: what lies in the tree is no report", () => {
    const files = steps.get("api")?.files ?? [];
    expect(files.map((file) => file.to)).toEqual(["/app", "/app/reports/junit.xml", "/app/reports/lcov.info"]);
    expect(steps.get("api")?.outputs).toEqual(["/app/reports/junit.xml", "/app/reports/lcov.info"]);
  });

  it("are the same values for every gate that asks, whatever its own timeout", async () => {
    const asked: Step[] = [];
    const engine = fakeEngine({ run: (step) => { asked.push(step); return resultOf(readFixture(step.name.endsWith("api") ? "pytest/clean" : "vitest/clean")); } });
    await unitTests.look(aContext({ config, engine, timeoutMs: 1 }));
    const results = unitTestResults(aContext({ config, engine, timeoutMs: 2 }));
    expect((await results.get("api")?.())?.coverage?.lcov).toContain("SF:api/calculator/add.py\n");
    expect(asked[2]).toEqual(asked[1]);
  });

  it("of one service that fail hide nothing of another", async () => {
    const engine = fakeEngine({
      run: (step) => {
        if (step.name === "unit-tests/web") throw new StepError("IMAGE_UNAVAILABLE", "No registry answers.");
        return resultOf(readFixture("pytest/failures"));
      },
    });
    const evidence = await unitTests.look(aContext({ config, engine }));
    expect(evidence.gaps).toEqual(["web: No registry answers."]);
    expect(decide(evidence)).toEqual({ verdict: "failed", reason: "Not everything could be looked at: web: No registry answers." });
  });
});
