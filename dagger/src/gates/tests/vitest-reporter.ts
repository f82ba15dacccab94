/**
 * A reporter for the Vitest of a service (3 or later), which runs inside of it.
 * Vitest's own reports leave out what this gate must know: `json` has neither
 * retries nor unhandled errors, `junit` has no retries and takes a file that
 * could not be loaded for a test.
 */
export const vitestReporterSource = (reportPath: string): string => `import { writeFileSync } from "node:fs";

const described = (error) => ({
  type: String(error?.type ?? error?.name ?? "Error"),
  message: String(error?.message ?? error),
  file: error?.VITEST_TEST_PATH,
  stacks: (error?.stacks ?? []).map(({ file, line }) => ({ file, line })),
  stack: String(error?.stack ?? ""),
});

const describedModule = (module) => ({
  file: module.moduleId,
  state: module.state(),
  errors: module.errors().map(described),
  suites: [...module.children.allSuites()].map((suite) => ({ name: suite.fullName, errors: suite.errors().map(described) })).filter(({ errors }) => errors.length > 0),
  tests: [...module.children.allTests()].map((test) => ({
    name: test.fullName,
    state: test.result()?.state ?? "pending",
    errors: (test.result()?.errors ?? []).map(described),
    retries: test.diagnostic()?.retryCount ?? 0,
  })),
});

export default class {
  begun = 0;
  onInit(vitest) {
    this.version = vitest.version;
  }
  onTestRunStart(specifications) {
    this.begun += specifications.length;
  }
  onTestRunEnd(testModules, unhandledErrors, reason) {
    const modules = testModules.map(describedModule);
    const tests = modules.reduce((sum, module) => sum + module.tests.length, 0);
    writeFileSync(${JSON.stringify(reportPath)}, JSON.stringify({ version: this.version, reason, begun: this.begun, tests, modules, unhandled: unhandledErrors.map(described) }));
  }
}
`;
