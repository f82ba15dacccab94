import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { CommandResult, StepResult } from "../../engine/engine.ts";
import type { Finding } from "../../report/schema.ts";
import { UnreadableReportError, type GateContext } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { readJunitRun } from "./junit.ts";
import { readLcov, type Coverage } from "./lcov.ts";
import type { ServicePlace } from "./service-paths.ts";
import { firstLine, oneLine, type TestProblem, type TestRun } from "./test-run.ts";
import { testedServices, unitTestSteps, vitestFiles, type TestedService } from "./unit-test-steps.ts";
import { readVitestRun } from "./vitest-report.ts";

/** What one service's tests came to. */
export interface UnitTestResult {
  readonly run: TestRun;
  /** Absent where gitops.json names no coverage report, or there is none to be trusted: then a gap says why. */
  readonly coverage?: Coverage;
  readonly findings: readonly Finding[];
  readonly gaps: readonly string[];
  readonly cached: boolean;
  readonly standIns: readonly string[];
  readonly raw: ReadonlyMap<string, string>;
}

/**
 * For each service with tests, what runs them: equal for every gate that asks,
 * so that the engine runs them once. Rejects with StepError and
 * UnreadableReportError.
 */
export function unitTestResults(context: Pick<GateContext, "config" | "engine" | "signal">): ReadonlyMap<string, () => Promise<UnitTestResult>> {
  const steps = unitTestSteps(context.config);
  return new Map(
    testedServices(context.config).flatMap((tested): [string, () => Promise<UnitTestResult>][] => {
      const step = steps.get(tested.name);
      return step === undefined ? [] : [[tested.name, async () => readUnitTests(tested, await context.engine.run(step, context.signal))]];
    }),
  );
}

type Tested = Pick<TestedService, "name"> & { readonly service: { readonly path: string }; readonly settings: Pick<TestedService["settings"], "sources" | "command" | "junit" | "lcov"> };

/** Turns one service's step into its result. A failed test counts even where the rest cannot be trusted. */
export function readUnitTests(tested: Tested, result: StepResult): UnitTestResult {
  const [command] = result.commands;
  if (command === undefined) throw new UnreadableReportError("The tests did not run.");
  const place: ServicePlace = { sources: tested.settings.sources, path: tested.service.path };
  const output = (path: string): string => result.outputs.get(path) ?? "";
  const run = readRun(tested, output, command, place);
  const executed = run.passed + run.failed;
  const thresholds = executed === 0 || command.exitCode === 0 ? [] : missedThresholds(command);
  const findings = [
    ...run.problems.map((problem) => findingOf(tested, problem)),
    ...(executed === 0 ? [noTests(tested, run)] : []),
    ...thresholds.map((line) => thresholdFinding(tested, line)),
  ];
  const failed = findings.some((finding) => finding.severity === "high");
  const gaps: string[] = [];
  if (!failed && command.exitCode !== 0) throw new UnreadableReportError(`The tests ended with exit code ${String(command.exitCode)} although none of them failed: ${lastWords(command)}`, logOf(command));
  if (command.exitCode === 0 && findings.some((finding) => finding.severity === "high" && finding.rule !== "no-tests")) gaps.push(`${tested.name}: The tests ended with exit code 0 although some failed: one of the two is wrong.`);
  // Where nothing ran there is nothing to measure.
  const coverage = executed === 0 ? undefined : coverageOf(tested, output, place, gaps);
  return { run, ...(coverage === undefined ? {} : { coverage }), findings, gaps, cached: result.cached, standIns: result.standIns, raw: rawOf(tested, result, command) };
}

function readRun({ settings }: Tested, output: (path: string) => string, command: CommandResult, place: ServicePlace): TestRun {
  const missing = /Cannot find dependency '(@vitest\/coverage-\w+)'/.exec(logOf(command))?.[1];
  const own = settings.command !== undefined;
  if (!own && missing !== undefined) throw new UnreadableReportError(`Vitest cannot measure coverage: ${missing} is not among the service's development dependencies. Add it with: npm install --save-dev ${missing}`, logOf(command));
  const old = /\bRUN +v([12])\.\d/.exec(logOf(command))?.[1];
  if (!own && old !== undefined) throw new UnreadableReportError(`Vitest ${old} is too old to tell what this gate has to know: it needs Vitest 3 or later.`, logOf(command));
  const report = output(own ? (settings.junit ?? "") : vitestFiles.report);
  if (report.trim() === "") throw new UnreadableReportError(`${own ? "The tests" : "Vitest"} ended with exit code ${String(command.exitCode)} and left no report: ${lastWords(command)}`, logOf(command));
  try {
    return own ? readJunitRun(report, place, command.exitCode) : readVitestRun(report, place);
  } catch (error) {
    if (!(error instanceof UnreadableReportError) || command.exitCode === 0) throw error;
    throw new UnreadableReportError(`${error.message} It said: ${lastWords(command)}`, logOf(command));
  }
}

/** Sentences in which a runner says that too little is covered: then every test may have passed. */
const thresholdLines = [
  /^ERROR: (Coverage for \w+ .* does not meet .* threshold .*)$/,
  /^ERROR: (Uncovered \w+ .* exceed .* threshold .*)$/,
  /^(?:FAIL|ERROR:?) (Required test coverage of .* not reached.*)$/,
  /^(Coverage failure: total of .* is less than fail-under=.*)$/,
  /^Jest: (.*coverage threshold for .* not met.*)$/,
];

function missedThresholds(command: CommandResult): string[] {
  const lines = logOf(command).split("\n");
  return [...new Set(lines.flatMap((line) => thresholdLines.flatMap((pattern) => pattern.exec(line.trim())?.[1] ?? [])))];
}

function findingOf({ name, service }: Tested, problem: TestProblem): Finding {
  const message = firstLine(problem.message);
  const file = problem.where?.replace(/:\d+$/, "");
  return {
    gate: "unit-tests",
    // Without the line, which moves: and a test that failed by chance is another matter than one that fails.
    id: [problem.rule, name, problem.rule === "unhandled-error" ? (file ?? "") : "", oneLine(problem.name)].filter((part) => part !== "").join(":"),
    rule: problem.rule,
    severity: problem.rule === "flaky-test" ? "low" : "high",
    title: message === "" ? oneLine(problem.name) : `${oneLine(problem.name)}: ${message}`,
    where: problem.where ?? service.path,
    service: name,
    ...(problem.rule === "broken-test-file" || problem.rule === "unfinished-test-file" ? { unfinished: true } : {}),
  };
}

function noTests({ name, service }: Tested, run: TestRun): Finding {
  const title = run.skipped === 0 ? "No test was executed: there is none" : `No test was executed: ${String(run.skipped)} ${run.skipped === 1 ? "was" : "were"} skipped`;
  return { gate: "unit-tests", id: `no-tests:${name}`, rule: "no-tests", severity: "high", title, where: service.path, service: name, unfinished: true };
}

function thresholdFinding({ name, service }: Tested, line: string): Finding {
  return { gate: "unit-tests", id: `coverage-threshold:${name}:${line.replaceAll(/\d+(\.\d+)?%/g, "#")}`, rule: "coverage-threshold", severity: "high", title: line, where: service.path, service: name, ...measuredIn(line) };
}

/** How much was covered, or how much was not, by the words of the runner. */
function measuredIn(line: string): Pick<Finding, "measured"> {
  const uncovered = /^Uncovered \w+ \((\d+)\)/.exec(line)?.[1];
  if (uncovered !== undefined) return { measured: { value: Number(uncovered), worse: "higher" } };
  const covered = /(?:^Coverage for \w+ \(|Total coverage: |total of |not met: )(\d+(?:\.\d+)?)/.exec(line)?.[1];
  return covered === undefined ? {} : { measured: { value: Number(covered), worse: "lower" } };
}

const summarySchema = z.object({ total: z.object({ lines: z.object({ total: z.number().int(), covered: z.number().int() }) }) });

/** Undefined where there is none, or, with a gap, where it cannot be trusted. */
function coverageOf(tested: Tested, output: (path: string) => string, place: ServicePlace, gaps: string[]): Coverage | undefined {
  const { command, lcov } = tested.settings;
  if (command !== undefined && lcov === undefined) return undefined;
  try {
    if (command !== undefined) {
      if (output(lcov ?? "").trim() === "") throw new UnreadableReportError("The tests left no coverage report.");
      return readLcov(output(lcov ?? ""), place);
    }
    const { total } = parseJsonReport("Vitest's coverage", output(vitestFiles.summary), summarySchema);
    const coverage = readLcov(output(vitestFiles.lcov), place);
    if (coverage.total.found !== total.lines.total || coverage.total.hit !== total.lines.covered) throw new UnreadableReportError("Vitest's two coverage reports do not agree: one of them is not whole.");
    return coverage;
  } catch (error) {
    if (!(error instanceof UnreadableReportError)) throw error;
    gaps.push(`${tested.name}: ${error.message}`);
    return undefined;
  }
}

function rawOf({ name, settings }: Tested, result: StepResult, command: CommandResult): Map<string, string> {
  const report = settings.command === undefined ? vitestFiles.report : (settings.junit ?? "");
  const lcov = settings.command === undefined ? vitestFiles.lcov : settings.lcov;
  return new Map([
    [`${name}.${settings.command === undefined ? "vitest.json" : "junit.xml"}`, result.outputs.get(report) ?? ""],
    ...(lcov === undefined ? [] : [[`${name}.lcov.info`, result.outputs.get(lcov) ?? ""] as const]),
    [`${name}.log`, logOf(command)],
  ]);
}

const logOf = (command: CommandResult): string => stripVTControlCharacters(`${command.stdout}\n${command.stderr}`);

/** The line in which a tool most likely says what is wrong. */
function lastWords(command: CommandResult): string {
  const lines = stripVTControlCharacters(`${command.stderr}\n${command.stdout}`).split("\n").map((line) => line.trim()).filter((line) => /\w/.test(line));
  return firstLine([/^\w*(error|exception|fatal)\w*:? +\S/i, /error|cannot|failed|not found/i].map((pattern) => lines.find((line) => pattern.test(line))).find((line) => line !== undefined) ?? lines.at(-1) ?? "it said nothing");
}
