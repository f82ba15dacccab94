import { joinParts, type Evidence, type Gate } from "./gate.ts";
import type { Coverage } from "./tests/lcov.ts";
import { unitTestResults, type UnitTestResult } from "./tests/unit-test-results.ts";
import { testedServices } from "./tests/unit-test-steps.ts";

/** The tests of each service, on the image that holds its dependencies, with the servers that they need beside it. */
export const unitTests: Gate = {
  name: "unit-tests",
  tool: "Vitest, or the service's own",
  blocksAt: "high",
  // To allow "failed-test" would be to allow any.
  allowByRule: false,
  nothingToDo: (config) => (testedServices(config).length === 0 ? "no service in gitops.json has unitTests" : undefined),
  look: async (context) => {
    const results = unitTestResults(context);
    return joinParts(Object.fromEntries([...results].map(([name, result]) => [name, async () => evidenceOf(name, await result())])));
  },
};

function evidenceOf(name: string, { run, coverage, ...result }: UnitTestResult): Evidence {
  const tests = [`${String(run.passed)} passed`, ...(run.failed > 0 ? [`${String(run.failed)} failed`] : []), ...(run.skipped > 0 ? [`${String(run.skipped)} skipped`] : [])];
  return {
    ...result,
    toolVersion: run.tool,
    lookedAt: { count: run.passed + run.failed, unit: "tests" },
    suppressions: [],
    facts: [{ name: `${name}: tests`, value: tests.join(", ") }, ...(coverage === undefined ? [] : [{ name: `${name}: coverage`, value: percentOf(coverage) }])],
  };
}

export function percentOf({ total }: Pick<Coverage, "total">): string {
  return total.found === 0 ? "of no line" : `${((100 * total.hit) / total.found).toFixed(1)} % of ${String(total.found)} lines`;
}
