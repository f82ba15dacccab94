import { StepError } from "../../engine/step-error.ts";
import { UnreadableReportError, type GateContext } from "../gate.ts";
import { unitTestResults } from "../tests/unit-test-results.ts";

/** Which lines the services' unit tests have run. */
export interface TestCoverage {
  /** LCOV, with paths from the repository's root. */
  readonly lcovs: readonly string[];
  /** A sentence for each service whose tests left none. */
  readonly gaps: readonly string[];
}

export async function testCoverage(context: GateContext): Promise<TestCoverage> {
  const services = await Promise.all(
    [...unitTestResults(context)].map(async ([name, run]) => {
      try {
        const { coverage } = await run();
        return coverage === undefined ? { gap: `${name}: its tests left no coverage report that can be used.` } : { lcov: coverage.lcov };
      } catch (error) {
        if (error instanceof UnreadableReportError || (error instanceof StepError && error.code !== "CANCELLED")) return { gap: `${name}: which lines its tests run is not known. ${error.message}` };
        throw error;
      }
    }),
  );
  return { lcovs: services.flatMap(({ lcov }) => lcov ?? []), gaps: services.flatMap(({ gap }) => gap ?? []) };
}
