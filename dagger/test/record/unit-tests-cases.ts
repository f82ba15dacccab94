/** Scratch services with tests: path -> text, and what their `unitTests` in gitops.json says. */
interface UnitTestsCase {
  readonly shows: string;
  readonly files: Readonly<Record<string, string>>;
  /** For the runner's command line, with pytest. */
  readonly options?: readonly string[];
}

const source = "export const add = (a: number, b: number): number => {\n  if (a > 100) {\n    return 0;\n  }\n  return a + b;\n};\nexport const boom = (): never => {\n  throw new TypeError('bo\\nom');\n};\n";
const config = (test: string, before = ""): string => `${before}export default { test: { ${test} } };\n`;
const lowThreshold = "coverage: { include: ['src/**'], thresholds: { lines: 40 } }";
const passing = { "src/add.ts": source, "vitest.config.ts": config(lowThreshold), "test/add.test.ts": "import { expect, it } from 'vitest';\nimport { add } from '../src/add.ts';\nit('adds', () => { expect(add(1, 2)).toBe(3); });\nit('adds more', () => { expect(add(101, 2)).toBe(0); });\n" };
const failing = "import { expect, it } from 'vitest';\nit('is wrong', () => {\n  expect(1).toBe(2);\n});\n";

export const vitestCases: Readonly<Record<string, UnitTestsCase>> = {
  clean: { shows: "two tests that pass", files: passing },
  failures: {
    shows: "a wrong value, an error in the sources, a set-up that fails, a file that cannot be loaded, an error that nobody waits for, and tests that were left out",
    files: {
      ...passing,
      "test/faults.test.ts":
        "import { beforeAll, describe, expect, it } from 'vitest';\nimport { add, boom } from '../src/add.ts';\ndescribe('adding', () => {\n  it('adds', () => { expect(add(1, 2)).toBe(3); });\n  it('adds wrongly', () => {\n    expect(add(1, 2)).toBe(4);\n  });\n  it('throws', () => { boom(); });\n  it.skip('is left out', () => { boom(); });\n  it.todo('is to be written');\n});\ndescribe('with a set-up', () => {\n  beforeAll(() => { throw new Error('no set-up'); });\n  it('never runs', () => {});\n});\nit('forgets a promise', () => { void Promise.reject(new Error('nobody waits')); });\n",
      "test/broken.test.ts": "import '../fixtures/nowhere.ts';\nimport { it } from 'vitest';\nit('never runs', () => {});\n",
    },
  },
  flaky: { shows: "a test that passes when it is run again", files: { ...passing, "test/flaky.test.ts": "import { expect, it } from 'vitest';\nlet runs = 0;\nit('is flaky', { retry: 2 }, () => {\n  runs += 1;\n  expect(runs).toBe(2);\n});\n" } },
  "all-skipped": { shows: "tests that are all left out", files: { "src/add.ts": source, "test/add.test.ts": "import { it } from 'vitest';\nit.skip('one', () => {});\nit.todo('two');\n" } },
  "no-test-files": { shows: "no test at all", files: { "src/add.ts": source } },
  "no-test-files-allowed": { shows: "no test at all, where the configuration takes that for a pass", files: { "src/add.ts": source, "vitest.config.ts": config("passWithNoTests: true") } },
  "threshold-missed": { shows: "tests that pass and cover less than the configuration asks for", files: { ...passing, "vitest.config.ts": config("coverage: { include: ['src/**'], thresholds: { lines: 90, 'src/add.ts': { functions: 100 } } }") } },
  "nothing-covered": { shows: "a test that runs no line of the sources", files: { "test/one.test.ts": "import { it } from 'vitest';\nit('does nothing', () => {});\n" } },
  "configuration-broken": { shows: "a configuration that throws", files: { ...passing, "vitest.config.ts": "throw new Error('no such plugin');\n" } },
  "set-up-broken": { shows: "a global set-up that throws", files: { ...passing, "vitest.config.ts": config("globalSetup: ['./set-up.ts']"), "set-up.ts": "export const setup = (): void => { throw new Error('no database here'); };\n" } },
  "worker-killed": { shows: "a test file whose process is killed, beside one that passes", files: { ...passing, "test/killed.test.ts": "import { it } from 'vitest';\nit('kills', () => { process.kill(process.pid, 'SIGKILL'); });\nit('never runs', () => {});\n" } },
  "process-exit": { shows: "a test that ends its process with exit code 0", files: { ...passing, "test/exits.test.ts": "import { it } from 'vitest';\nit('exits', () => { process.exit(0); });\n" } },
  "only-one": { shows: "one test that is marked to be run alone", files: { ...passing, "test/only.test.ts": "import { it } from 'vitest';\nit.only('alone', () => {});\nit('not this one', () => {});\n" } },
  "exit-code-taken-away": { shows: "a failing test, and a set-up that makes Vitest end with 0", files: { ...passing, "test/wrong.test.ts": failing, "vitest.config.ts": config("globalSetup: ['./set-up.ts']"), "set-up.ts": "export const setup = (): void => { process.on('beforeExit', () => process.exit(0)); };\n" } },
  "configuration-lax": {
    shows: "a failing test and an unhandled error, where the configuration names another report, stops at the first failure and ignores unhandled errors",
    files: { ...passing, "test/wrong.test.ts": `${failing}it('forgets a promise', () => { void Promise.reject(new Error('nobody waits')); });\n`, "vitest.config.ts": config("reporters: ['dot'], bail: 1, dangerouslyIgnoreUnhandledErrors: true, coverage: { enabled: false }") },
  },
  "unhandled-only": { shows: "tests that pass, and an error that nobody waits for, which the configuration ignores", files: { ...passing, "test/promise.test.ts": "import { it } from 'vitest';\nit('forgets a promise', () => { void Promise.reject(new Error('nobody waits')); });\n", "vitest.config.ts": config("dangerouslyIgnoreUnhandledErrors: true") } },
  "awkward-names": { shows: "a failing test with quotes, line breaks and other scripts in its name, in a file with brackets and spaces", files: { "test/[id] (neu)/größe.test.ts": "import { expect, it } from 'vitest';\nit('says \"größe\" <b>&\\n再见', () => {\n  expect('a').toBe('b');\n});\n" } },
};

const add = "def add(a, b):\n    if a > 100:\n        return 0\n    return a + b\n";
const pyPassing = { "calculator/__init__.py": "", "calculator/add.py": add, "tests/test_add.py": "from calculator.add import add\n\n\ndef test_adds():\n    assert add(1, 2) == 3\n" };

export const pytestCases: Readonly<Record<string, UnitTestsCase>> = {
  clean: { shows: "one test that passes", files: pyPassing },
  failures: {
    shows: "every way in which pytest says that a test failed or was left out",
    files: {
      ...pyPassing,
      "tests/test_faults.py":
        "import pytest\nfrom calculator.add import add\n\n\ndef test_wrong():\n    assert add(1, 2) == 4, 'numbers <differ> & ]]> ü'\n\n\n@pytest.mark.skip(reason='later')\ndef test_skip():\n    pass\n\n\n@pytest.mark.xfail\ndef test_expected():\n    assert False\n\n\n@pytest.mark.xfail(strict=True)\ndef test_passes_against_expectation():\n    pass\n\n\n@pytest.fixture\ndef broken():\n    raise RuntimeError('set-up')\n\n\ndef test_set_up(broken):\n    pass\n\n\n@pytest.fixture\ndef torn():\n    yield\n    raise RuntimeError('tear-down')\n\n\ndef test_tear_down(torn):\n    pass\n\n\ndef test_both(torn):\n    assert False\n\n\n@pytest.mark.parametrize('value', ['a\\x00b', '<x>'])\ndef test_each(value):\n    print(value, '<!DOCTYPE html>')\n",
    },
  },
  flaky: { shows: "a test that passes when pytest-rerunfailures runs it again", files: { ...pyPassing, "tests/test_flaky.py": "import pytest\n\nruns = 0\n\n\n@pytest.mark.flaky(reruns=2)\ndef test_flaky():\n    global runs\n    runs += 1\n    assert runs == 2\n" } },
  "all-skipped": { shows: "tests that are all left out", files: { "tests/test_none.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_one():\n    pass\n" } },
  "none-collected": { shows: "no test at all", files: { "calculator/__init__.py": "", "calculator/add.py": add } },
  "collection-error": { shows: "a test file that cannot be loaded", files: { ...pyPassing, "tests/test_broken.py": "import nowhere\n" } },
  "threshold-missed": { shows: "tests that pass and cover less than they have to", files: pyPassing, options: ["--cov-fail-under=99"] },
  "option-unknown": { shows: "a command line that pytest does not understand", files: pyPassing, options: ["--no-such-option"] },
  "report-in-the-tree": { shows: "a report that lies in the tree already, and a run that writes none", files: { ...pyPassing, "reports/junit.xml": '<testsuites><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="1"><testcase classname="a" name="b"/></testsuite></testsuites>' }, options: ["--no-such-option"] },
  "exit-code-taken-away": { shows: "a failing test, and a command that ends with 0 all the same", files: { ...pyPassing, "tests/test_wrong.py": "def test_wrong():\n    assert 1 == 2\n", "conftest.py": "import pytest\n\n\n@pytest.hookimpl(trylast=True)\ndef pytest_sessionfinish(session):\n    session.exitstatus = 0\n" } },
};

export const pytestCommand = (options: readonly string[] = []): string[] => ["python", "-m", "pytest", "-q", "--junitxml=/app/reports/junit.xml", "--cov=calculator", "--cov-report=lcov:/app/reports/lcov.info", ...options];
