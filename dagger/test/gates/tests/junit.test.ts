import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readJunitRun } from "../../../src/gates/tests/junit.ts";
import type { TestRun } from "../../../src/gates/tests/test-run.ts";

const place = { sources: "/app", path: "services/web" };
const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/junit/${name}.xml`, import.meta.url), "utf8");
const brief = (run: TestRun): string[] => run.problems.map((problem) => `${problem.rule} ${problem.where ?? "-"} ${problem.name}`);
const counts = ({ passed, failed, skipped }: TestRun): number[] => [passed, failed, skipped];
const suite = (attributes: string, cases: string): string => `<?xml version="1.0"?>\n<testsuites><testsuite name="s" ${attributes}>${cases}</testsuite></testsuites>\n`;

describe("JUnit reports of several runners", () => {
  it("Surefire: failures and errors; a page in what a test printed is no trouble", () => {
    const run = readJunitRun(fixture("surefire-failures"), place, 1);
    expect(counts(run)).toEqual([1, 2, 1]);
    expect(brief(run)).toEqual(["failed-test - ATest > bad", "failed-test - ATest > error"]);
  });

  it("Surefire: tests that passed when they were run again, whose sums are wrong by its own doing", () => {
    const run = readJunitRun(fixture("surefire-flaky"), place, 0);
    expect(counts(run)).toEqual([3, 0, 1]);
    expect(run.problems.map(({ rule, message }) => `${rule} ${message}`)).toEqual(["flaky-test passed in run 2; before that: not yet <x> ==> expected: <2> but was: <1>", "flaky-test passed in run 3; before that: odd"]);
  });

  it("Node's own: suites in suites, and tests outside of any", () => {
    expect(counts(readJunitRun(fixture("node-test-clean"), place, 0))).toEqual([3, 0, 0]);
    const run = readJunitRun(fixture("node-test-failures"), place, 1);
    expect(brief(run)).toEqual(["failed-test services/web/a.test.mjs:2 test > top bad", "failed-test services/web/a.test.mjs:2 test > todo", "failed-test services/web/a.test.mjs:3 suite > in bad"]);
  });

  it("Node's own: a failure that is marked as one to come is none where the exit code says so", () => {
    expect(brief(readJunitRun(fixture("node-test-failures"), place, 0))).not.toContain("failed-test services/web/a.test.mjs:2 test > todo");
  });

  it("Vitest's own", () => {
    const run = readJunitRun(fixture("vitest-failures"), place, 1);
    expect(counts(run)).toEqual([4, 5, 4]);
    expect(brief(run)).toContain("failed-test services/web/src/a.ts:7 test/a.test.ts > adding > throws");
  });

  it("one suite as the root", () => {
    expect(counts(readJunitRun('<testsuite name="s" tests="1"><testcase name="a"/></testsuite>', place, 0))).toEqual([1, 0, 0]);
  });

  it("no suite at all is no test", () => {
    expect(counts(readJunitRun("<testsuites/>", place, 0))).toEqual([0, 0, 0]);
  });

  it("a test that failed, and passed when it was run again: flaky where the runner ends with 0, else failed", () => {
    const cases = '<testcase name="a"><failure message="no"/></testcase><testcase name="a"/><testcase name="b"/>';
    expect(brief(readJunitRun(suite('tests="2" failures="1"', cases), place, 0))).toEqual(["flaky-test - a"]);
    expect(brief(readJunitRun(suite('tests="2" failures="1"', cases), place, 1))).toEqual(["failed-test - a"]);
  });

  it("a test that failed is not hidden by another of its name that passed, where the suite counts two", () => {
    const xml = suite('tests="2" failures="1"', '<testcase name="a"><failure message="no"/></testcase><testcase name="a"/>');
    expect(brief(readJunitRun(xml, place, 0))).toEqual(["failed-test - a"]);
  });

  it("two tests of one name that both pass are two tests where the suite counts two", () => {
    const run = readJunitRun(suite('tests="2"', '<testcase name="a"/><testcase name="a"/>'), place, 0);
    expect(counts(run)).toEqual([2, 0, 0]);
    expect(run.problems).toEqual([]);
  });

  it("a place in the file attribute serves where the text has none", () => {
    const xml = suite('tests="1" failures="1"', '<testcase name="a" file="/app/test/a.rb" line="7"><failure message="no"/></testcase>');
    expect(readJunitRun(xml, place, 1).problems[0]).toMatchObject({ where: "services/web/test/a.rb:7", message: "no" });
  });
});

describe("a JUnit report that is not to be trusted", () => {
  const clean = fixture("node-test-clean");
  it.each<[string, string, RegExp]>([
    ["cut off", clean.slice(0, -30), /^The JUnit report is cut off or not XML: /],
    ["cut off in an attribute", clean.slice(0, clean.indexOf("classname") + 4), /^The JUnit report is cut off or not XML: /],
    ["empty", " \n", /^The tests left no JUnit report\.$/],
    ["a page", "<!DOCTYPE html><html><body>Please log in</body></html>", /top level|testsuite/],
    ["JSON", "{}", /^The JUnit report is cut off or not XML: /],
    ["with text after its end", `${clean}and more`, /^The JUnit report is cut off or not XML: /],
    ["with another root beside it", "<testsuites/><testsuites/>", /^The JUnit report is not of the form/],
    ["fewer failures than it says", suite('tests="1" failures="1"', '<testcase name="a"/>'), /suite "s" says 1 failures and has 0: it is not whole/],
    ["fewer errors than it says", suite('tests="1" errors="2"', '<testcase name="a"/>'), /says 2 errors and has 0/],
    ["fewer skipped tests than it says", suite('tests="1" skipped="1"', '<testcase name="a"/>'), /says 1 skipped tests and has 0/],
    ["fewer tests than it says", suite('tests="2"', '<testcase name="a"/>'), /says 2 tests and has 1/],
    ["more tests than it says", suite('tests="1"', '<testcase name="a"/><testcase name="b"/>'), /says 1 tests and has 2/],
    ["without the number of its tests", suite("", '<testcase name="a"/>'), /suite "s" does not say how many tests it has/],
    ["with a number that is none", suite('tests="many"', '<testcase name="a"/>'), /@tests: must be a whole number/],
    ["with a test without a name", suite('tests="1"', "<testcase/>"), /@name: /],
    ["nested without end", `${"<testsuite>".repeat(5000)}${"</testsuite>".repeat(5000)}`, /^The JUnit report is cut off or not XML: /],
  ])("%s", (_name, xml, message) => {
    expect(() => readJunitRun(xml, place, 0)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: expect.stringMatching(message) as string }));
  });

  it("its own entities are not replaced, however they are nested", () => {
    const entities = Array.from({ length: 30 }, (_, index) => `<!ENTITY e${String(index + 1)} "&e${String(index)};&e${String(index)};">`).join("");
    const xml = `<!DOCTYPE testsuites [<!ENTITY e0 "ha">${entities}]><testsuites><testsuite name="s" tests="1" failures="1"><testcase name="a"><failure message="&e30; &lt;b&gt; &#252; &#x1F600;"/></testcase></testsuite></testsuites>`;
    expect(readJunitRun(xml, place, 1).problems[0]?.message).toBe("&e30; <b> ü 😀");
  });
});
