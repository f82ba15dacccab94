import { UnreadableReportError } from "../gate.ts";
import { parseJunitXml, type JunitCase, type JunitDetail, type JunitSuite } from "./junit-xml.ts";
import { pathInRepository, placeInText, type ServicePlace } from "./service-paths.ts";
import type { TestProblem, TestRun } from "./test-run.ts";

/**
 * Reads the JUnit report of a command that ended with `exitCode`. Throws
 * UnreadableReportError when it is not whole: its sums must be those of its
 * test cases.
 */
export function readJunitRun(xml: string, place: ServicePlace, exitCode: number): TestRun {
  const root = parseJunitXml(xml);
  checkSums(root, xml);
  const tests = testsOf(root, exitCode === 0);
  const count = (outcome: Outcome): number => tests.filter((test) => test.outcome === outcome).length;
  return {
    tool: "JUnit report",
    passed: count("passed") + count("flaky"),
    failed: count("failed"),
    skipped: count("skipped"),
    problems: tests.flatMap((test) => problemOf(test, place)),
  };
}

type Outcome = "passed" | "failed" | "skipped" | "flaky";

interface Test {
  readonly outcome: Outcome;
  /** Of its runs, the one that tells most. */
  readonly shown: JunitCase;
  readonly runs: number;
}

const saysFailed = (found: JunitCase): boolean => found.failures.length + found.errors.length > 0;
/** A failure that is skipped, too, is one that was waited for: where the tool itself takes it so. */
const hasFailed = (found: JunitCase, endedWell: boolean): boolean => saysFailed(found) && !(found.skipped && endedWell);
const identityOf = (found: JunitCase): string => JSON.stringify([found.file, found.classname, found.name]);

/**
 * Test cases of one identity are one test where the suite counts them so: it was
 * run again. They are, too, where one has failed: pytest gives a failure and the
 * error of its tear-down apart.
 */
function testsOf(suite: JunitSuite, endedWell: boolean): Test[] {
  const said = suite.said.tests;
  const rerun = said !== undefined && said !== suite.cases.length && said !== deep(suite).length;
  const own = [...Map.groupBy(suite.cases, identityOf).values()].flatMap((runs) => (rerun || runs.some(saysFailed) ? [runs] : runs.map((found) => [found])));
  return [...own.map((runs) => testOf(runs, endedWell, rerun)), ...suite.suites.flatMap((inner) => testsOf(inner, endedWell))];
}

function testOf(runs: readonly JunitCase[], endedWell: boolean, rerun: boolean): Test {
  const failed = runs.find((found) => hasFailed(found, endedWell));
  const last = runs.at(-1);
  const shown = failed ?? last;
  if (shown === undefined || last === undefined) throw new UnreadableReportError("The JUnit report has a test without a run.");
  // A tool that takes a later success for one ends with 0. Without a later run, a namesake's success is no success of this one.
  if (failed !== undefined && (!rerun || hasFailed(last, endedWell) || !endedWell)) return { outcome: "failed", shown, runs: runs.length };
  if (runs.length > 1 || shown.flaky.length > 0) return { outcome: "flaky", shown, runs: runs.length };
  return { outcome: last.skipped ? "skipped" : "passed", shown, runs: runs.length };
}

function problemOf({ outcome, shown, runs }: Test, place: ServicePlace): TestProblem[] {
  if (outcome !== "failed" && outcome !== "flaky") return [];
  const detail = [...shown.failures, ...shown.errors, ...shown.flaky][0];
  const said = detail === undefined ? "" : describe(detail);
  const again = shown.flaky.length > 0 ? shown.flaky.length + 1 : runs;
  const where = (detail === undefined ? undefined : placeInText(detail.text, place)) ?? fileOf(shown, place);
  return [
    {
      rule: outcome === "failed" ? "failed-test" : "flaky-test",
      name: shown.classname === "" || shown.name.startsWith(shown.classname) ? shown.name : `${shown.classname} > ${shown.name}`,
      message: outcome === "failed" ? said || "it failed and did not say why" : `passed in run ${String(again)}${said === "" ? "" : `; before that: ${said}`}`,
      ...(where === undefined ? {} : { where }),
    },
  ];
}

/** pytest has the error itself in lines that begin with E, and not always in the message. */
function describe({ message, text }: JunitDetail): string {
  const error = [...text.matchAll(/^E +(\S.*)$/gm)].at(-1)?.[1];
  if (message === "") return text;
  return error === undefined || message.includes(error) || !/^[\w ]+$/.test(message) ? message : `${message}: ${error}`;
}

function fileOf(found: JunitCase, place: ServicePlace): string | undefined {
  const path = found.file === undefined ? undefined : pathInRepository(found.file, place);
  return path === undefined || found.line === undefined ? path : `${path}:${found.line}`;
}

const deep = (suite: JunitSuite): JunitCase[] => [...suite.cases, ...suite.suites.flatMap((inner) => deep(inner))];

/**
 * Some tools count what lies in inner suites, some do not, some count an inner
 * suite as one test; some count a test that was run again once, some each time.
 */
function checkSums(suite: JunitSuite, xml: string): void {
  for (const inner of suite.suites) checkSums(inner, xml);
  const check = (what: string, said: number | undefined, found: readonly number[]): void => {
    if (said === undefined || found.includes(said)) return;
    throw new UnreadableReportError(`The JUnit report's suite "${suite.name}" says ${String(said)} ${what} and has ${String(found[0] ?? 0)}: it is not whole.`, xml);
  };
  const { cases, suites } = suite;
  const all = deep(suite);
  const innerFailed = suites.filter((inner) => deep(inner).some(saysFailed)).length;
  const both = (count: (cases: readonly JunitCase[]) => number): number[] => [count(cases), count(all)];
  check("failures", suite.said.failures, [...both((of) => of.filter(({ failures }) => failures.length > 0).length), ...both((of) => sum(of.map(({ failures }) => failures.length))), cases.filter(saysFailed).length + innerFailed]);
  check("errors", suite.said.errors, [...both((of) => of.filter(({ errors }) => errors.length > 0).length), ...both((of) => sum(of.map(({ errors }) => errors.length)))]);
  // Surefire counts neither tests nor skipped ones right when any was run again.
  if (all.some(({ rerun }) => rerun)) return;
  check("skipped tests", suite.said.skipped, both((of) => of.filter(({ skipped }) => skipped).length));
  // pytest counts a test with an error of its tear-down twice, and one with a failure besides once.
  if (all.some(saysFailed)) return;
  if (suite.said.tests === undefined && suite.kind === "testsuite") throw new UnreadableReportError(`The JUnit report's suite "${suite.name}" does not say how many tests it has.`, xml);
  check("tests", suite.said.tests, [...both((of) => of.length), ...both((of) => new Set(of.map(identityOf)).size), cases.length + suites.length]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
