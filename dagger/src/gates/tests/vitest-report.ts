import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { ownPath, pathInRepository, placeInText, type ServicePlace } from "./service-paths.ts";
import type { TestProblem, TestRule, TestRun } from "./test-run.ts";

const errorSchema = z.object({
  type: z.string(),
  message: z.string(),
  file: z.string().optional(),
  /** Without the frames of packages. */
  stacks: z.array(z.object({ file: z.string(), line: z.number().int() })),
  stack: z.string(),
});

const moduleSchema = z.object({
  file: z.string().min(1),
  state: z.enum(["passed", "failed", "skipped", "pending", "queued"]),
  errors: z.array(errorSchema),
  suites: z.array(z.object({ name: z.string(), errors: z.array(errorSchema) })),
  tests: z.array(z.object({ name: z.string(), state: z.enum(["passed", "failed", "skipped", "pending"]), errors: z.array(errorSchema), retries: z.number().int().nonnegative() })),
});

/** What `vitest-reporter.ts` writes. */
const reportSchema = z.object({
  version: z.string().regex(/^\d+\./),
  reason: z.enum(["passed", "failed", "interrupted"]),
  /** Test files that Vitest set out to run. */
  begun: z.number().int().nonnegative(),
  tests: z.number().int().nonnegative(),
  modules: z.array(moduleSchema),
  unhandled: z.array(errorSchema),
});

type VitestError = z.infer<typeof errorSchema>;
type VitestModule = z.infer<typeof moduleSchema>;

/** Reads what our reporter left. Throws UnreadableReportError where it does not tell of a whole run. */
export function readVitestRun(text: string, place: ServicePlace): TestRun {
  const report = parseJsonReport("Vitest", text, reportSchema);
  const { modules, unhandled } = report;
  const tests = modules.flatMap((module) => module.tests);
  const count = (state: string): number => tests.filter((test) => test.state === state).length;
  if (report.reason === "interrupted") throw new UnreadableReportError("Vitest was interrupted before it had run every test.", text);
  if (modules.length < report.begun) throw new UnreadableReportError(`Vitest set out to run ${String(report.begun)} test files and reported ${String(modules.length)}.`, text);
  if (tests.length !== report.tests) throw new UnreadableReportError(`Vitest's report has ${String(tests.length)} of ${String(report.tests)} tests.`, text);
  return {
    tool: `Vitest ${report.version}`,
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    problems: [...modules.flatMap((module) => problemsOf(module, place)), ...unhandled.map((error) => unhandledProblem(error, place))],
  };
}

function problemsOf(module: VitestModule, place: ServicePlace): TestProblem[] {
  const file = pathInRepository(module.file, place);
  const problem = (rule: TestRule, name: string, message: string, error?: VitestError): TestProblem => {
    const where = (error === undefined ? undefined : placeOf(error, place)) ?? file;
    return { rule, name, message, ...(where === undefined ? {} : { where }) };
  };
  const name = file ?? module.file;
  const found = [
    ...module.errors.map((error) => problem("broken-test-file", name, error.message, error)),
    ...module.suites.flatMap((suite) => suite.errors.map((error) => problem("failed-test", suite.name, error.message, error))),
    ...module.tests.flatMap((test): TestProblem[] => {
      const [error] = test.errors;
      if (test.state === "failed") return [problem("failed-test", test.name, error?.message ?? "it failed and did not say why", error)];
      if (test.state === "passed" && test.retries > 0) return [problem("flaky-test", test.name, `passed when it was run again${error === undefined ? "" : `; before that: ${error.message}`}`, error)];
      return [];
    }),
  ];
  const unfinished = module.state === "pending" || module.state === "queued" || module.tests.some((test) => test.state === "pending");
  if (unfinished) found.push(problem("unfinished-test-file", name, "its tests did not come to their end: the process that ran them crashed or was killed"));
  // What Vitest itself calls failed is never nothing.
  if (module.state === "failed" && found.every(({ rule }) => rule === "flaky-test")) found.push(problem("broken-test-file", name, "Vitest calls it failed and does not say why"));
  return found;
}

function unhandledProblem(error: VitestError, place: ServicePlace): TestProblem {
  const where = placeOf(error, place) ?? (error.file === undefined ? undefined : pathInRepository(error.file, place));
  return { rule: "unhandled-error", name: error.type, message: error.message, ...(where === undefined ? {} : { where }) };
}

function placeOf(error: VitestError, place: ServicePlace): string | undefined {
  for (const { file, line } of error.stacks) {
    const path = ownPath(file, place);
    if (path !== undefined) return `${path}:${String(line)}`;
  }
  return placeInText(error.stack, place);
}
