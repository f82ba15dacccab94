/** Scratch repositories with one service each, and what goes wrong on the way. */
export interface SonarCase {
  readonly shows: string;
  /** Path -> text, from the repository's root. */
  readonly files: Readonly<Record<string, string>>;
  /** What the repository is after a first analysis, whose record is not kept. */
  readonly then?: Readonly<Record<string, string>>;
  /** Of a first analysis, later than the one that is kept: that one the server then refuses. */
  readonly seedDate?: string;
  /** LCOV of the service's tests. */
  readonly lcov?: string;
  /** Of gates.code-quality. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Absent: our own server. */
  readonly given?: GivenServer;
}

/** A server that was given: our own image again, which the recorder has set up, behind a proxy that spoils answers. */
export interface GivenServer {
  readonly token: "admin" | "analysis" | "powerless" | "wrong";
  /** Its project's quality gate; the server's usual one when absent. */
  readonly conditions?: readonly { readonly metric: string; readonly op: string; readonly error: string }[];
  /** A request like this gets such an answer, the first `after` ones excepted. */
  readonly fault?: { readonly path: string; readonly answer: FaultyAnswer; readonly after?: number };
}

export type FaultyAnswer = "500" | "html" | "hang" | "redirect" | "drop" | "project-deleted" | "task-cancelled";

const add = "export const add = (a: number, b: number): number => a + b;\n";
const addTest = 'import { expect, it } from "vitest";\nimport { add } from "../src/add.ts";\n\nit("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n';
const project = { "services/backend/tsconfig.json": '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext" } }\n' };
const good = { ...project, "services/backend/src/add.ts": add, "services/backend/test/add.test.ts": addTest };
const covered = lcovOf("services/backend/src/add.ts", [1]);

/** Every line that is named was run, the others not. */
function lcovOf(path: string, run: readonly number[], notRun: readonly number[] = []): string {
  return ["TN:", `SF:${path}`, ...run.map((line) => `DA:${String(line)},1`), ...notRun.map((line) => `DA:${String(line)},0`), "end_of_record", ""].join("\n");
}

const bug = "export function same(a: boolean): boolean {\n  return a && a;\n}\n";
const vulnerability = 'import { createCipheriv } from "node:crypto";\n\nexport const cipher = (key: string) => createCipheriv("DES", key, "");\n';
const hotspot = "export const trimmed = (text: string): string => text.replace(/\\s+$/, \"\");\n\nexport const token = (): string => Math.random().toString(36);\n";

/** `depth` loops inside each other: 1 + 2 + … + depth of complexity. */
function nested(depth: number): string {
  const open = Array.from({ length: depth }, (_, level) => `${"  ".repeat(level + 1)}for (let i${String(level)} = 0; i${String(level)} < n; i${String(level)} += 1) {\n`);
  const close = Array.from({ length: depth }, (_, level) => `${"  ".repeat(depth - level)}}\n`);
  return `export function count(n: number): number {\n  let total = 0;\n${open.join("")}${"  ".repeat(depth + 1)}total += 1;\n${close.join("")}  return total;\n}\n`;
}

const table = (name: string): string =>
  `export function ${name}(values: number[]): string {\n${Array.from({ length: 24 }, (_, index) => `  const part${String(index)} = values[${String(index)}] ?? ${String(index)};\n  if (part${String(index)} > ${String(index)}) return String(part${String(index)} * 2);\n`).join("")}  return "";\n}\n`;

const overall = [
  { metric: "coverage", op: "LT", error: "80" },
  { metric: "duplicated_lines_density", op: "GT", error: "3" },
  { metric: "violations", op: "GT", error: "0" },
];

const given = (server: GivenServer, more: Partial<SonarCase> = {}): Pick<SonarCase, "files" | "lcov" | "given"> & Partial<SonarCase> => ({ files: good, lcov: covered, given: { conditions: overall, ...server }, ...more });

export const sonarCases: Readonly<Record<string, SonarCase>> = {
  clean: { shows: "a service without a fault, all of it tested", files: good, lcov: covered },
  bug: { shows: "a bug", files: { ...good, "services/backend/src/same.ts": bug }, lcov: covered + lcovOf("services/backend/src/same.ts", [1, 2]) },
  vulnerability: { shows: "a vulnerability", files: { ...good, "services/backend/src/cipher.ts": vulnerability }, lcov: covered + lcovOf("services/backend/src/cipher.ts", [3]) },
  hotspots: { shows: "two security hotspots that nobody has reviewed", files: { ...good, "services/backend/src/text.ts": hotspot }, lcov: covered + lcovOf("services/backend/src/text.ts", [1, 3]) },
  complexity: { shows: "a function of cognitive complexity 21, where 15 is allowed", files: { ...good, "services/backend/src/count.ts": nested(6) }, lcov: covered + lcovOf("services/backend/src/count.ts", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15]) },
  "complexity-allowed": { shows: "a function of cognitive complexity 15, where 15 is allowed", files: { ...good, "services/backend/src/count.ts": nested(5) }, lcov: covered + lcovOf("services/backend/src/count.ts", [1, 2, 3, 4, 5, 6, 7, 8, 14]) },
  "complexity-of-ours": { shows: "a function of cognitive complexity 6, where gitops.json allows 5", files: { ...good, "services/backend/src/count.ts": nested(3) }, lcov: covered + lcovOf("services/backend/src/count.ts", [1, 2, 3, 4, 5, 6, 10]), settings: { cognitiveComplexity: 5 } },
  smells: { shows: "issues that are neither bugs nor vulnerabilities", files: { ...good, "services/backend/src/smell.ts": "export function f(a: number): number {\n  // TODO: later\n  var b = a;\n  return b;\n}\n" }, lcov: covered + lcovOf("services/backend/src/smell.ts", [1, 3, 4]) },
  "low-coverage": { shows: "half of the lines tested, where 80 % are needed", files: { ...good, "services/backend/src/count.ts": nested(2) }, lcov: covered + lcovOf("services/backend/src/count.ts", [2, 3, 7], [4, 5]) },
  "no-coverage": { shows: "no coverage at all", files: good },
  duplication: { shows: "two files that are the same", files: { ...good, "services/backend/src/one.ts": table("one"), "services/backend/src/two.ts": table("two") }, lcov: covered, settings: { coverage: 0 } },
  "new-code-untested": {
    shows: "a second analysis, with thirty new lines that no test runs",
    files: { ...good, "services/backend/src/table.ts": table("first") },
    then: { "services/backend/src/more.ts": Array.from({ length: 30 }, (_, index) => `export const value${String(index)} = Number("${String(index)}") * ${String(index + 1)};\n`).join("") },
    lcov: covered + lcovOf("services/backend/src/table.ts", Array.from({ length: 49 }, (_, index) => index + 1)),
    settings: { coverage: 60 },
  },
  "second-analysis": { shows: "a second analysis of the same", files: good, then: {}, lcov: covered },
  "nothing-to-cover": { shows: "a Dockerfile and a style sheet: no line that a test could run", files: { "services/backend/Dockerfile": "FROM debian:trixie\nRUN groupadd app && useradd --gid app app\nUSER app\n", "services/backend/style.css": "a {\n  color: red;\n}\n" } },
  "no-source": { shows: "a service of which Sonar knows no language", files: { "services/backend/README.md": "Nothing here.\n" } },
  "broken-file": { shows: "a file that is not TypeScript", files: { ...good, "services/backend/src/broken.ts": "export const = ;\n" }, lcov: covered },
  "empty-file": { shows: "a file with nothing in it", files: { ...good, "services/backend/src/empty.ts": "" }, lcov: covered },
  minified: { shows: "a bug in a file that looks minified, and in another that has such a name", files: { ...good, "services/backend/src/long.js": `export const same = (a) => a && a; ${"/* */ ".repeat(100)}\n`, "services/backend/src/short.min.js": "export const same = (a) => a && a;\n" }, lcov: covered, settings: { coverage: 0 } },
  vendored: { shows: "bugs in files that Sonar leaves out when nothing is said", files: { ...good, "services/backend/src/vendor/same.ts": bug, "services/backend/dist/bundle.js": `/******/ (function(modules) { // webpackBootstrap\n${bug.replace("export ", "").replaceAll(": boolean", "")}/******/ })([same]);\n` }, lcov: covered, settings: { coverage: 0 } },
  silenced: {
    shows: "bugs behind comments, in capitals and without",
    files: { ...good, "services/backend/src/same.ts": bug.replace("a && a;", "a && a; // NOSONAR it is a test"), "services/backend/src/same2.ts": bug.replace("a && a;", "a && a; // nosonar") },
    lcov: covered + lcovOf("services/backend/src/same.ts", [1, 2]) + lcovOf("services/backend/src/same2.ts", [1, 2]),
  },
  "settings-in-the-tree": { shows: "a bug that a sonar-project.properties in the tree would leave out", files: { ...good, "services/backend/src/same.ts": bug, "services/backend/sonar-project.properties": "sonar.exclusions=**\n", "sonar-project.properties": "sonar.exclusions=**\n" }, lcov: covered + lcovOf("services/backend/src/same.ts", [1, 2]) },
  "coverage-of-a-test": { shows: "a coverage report that names a test and a file that is not there", files: good, lcov: covered + lcovOf("services/backend/test/add.test.ts", [1, 3]) + lcovOf("services/backend/src/gone.ts", [1]) },
  "coverage-of-another-file": { shows: "a coverage report with a line that the file does not have", files: good, lcov: covered + lcovOf("services/backend/src/add.ts", [99]) },
  python: {
    shows: "a Python service with a bug, all of it tested",
    files: { "services/backend/app.py": "def same(a):\n    return a and a\n", "services/backend/tests/test_app.py": "from app import same\n\n\ndef test_same():\n    assert same(1) == 1\n" },
    lcov: lcovOf("services/backend/app.py", [1, 2]),
  },
  "awkward-paths": { shows: "a bug in a file with spaces, brackets, a comma and non-ASCII letters in its path", files: { ...good, "services/backend/src/[id] (neu), größe/same.ts": bug }, lcov: covered + lcovOf("services/backend/src/[id] (neu), größe/same.ts", [1, 2]) },

  "given-passed": { shows: "a server that was given, whose quality gate passes", ...given({ token: "admin" }) },
  "given-failed": { shows: "a server that was given, whose quality gate fails on coverage and issues", ...given({ token: "admin" }, { files: { ...good, "services/backend/src/same.ts": bug, "services/backend/src/text.ts": hotspot } }) },
  "given-analysis-token": { shows: "a token that may only analyse", ...given({ token: "analysis" }) },
  "given-analysis-token-issues": { shows: "a token that may only analyse, where the quality gate fails on issues", ...given({ token: "analysis" }, { files: { ...good, "services/backend/src/same.ts": bug } }) },
  "given-first-analysis": { shows: "a quality gate that judges new code only, at a first analysis", files: good, lcov: covered, given: { token: "admin" } },
  "given-wrong-token": { shows: "a token that the server does not know", ...given({ token: "wrong" }) },
  "given-powerless-token": { shows: "a token of somebody who may not analyse the project", ...given({ token: "powerless" }) },
  "given-500-first": { shows: "a server that fails at the first request", ...given({ token: "admin", fault: { path: "/api/system/status", answer: "500" } }) },
  "given-500-scanner": { shows: "a server that fails while the scanner asks it", ...given({ token: "admin", fault: { path: "/batch/", answer: "500" } }) },
  "given-500-gate": { shows: "a server that fails when asked for its verdict", ...given({ token: "admin", fault: { path: "/api/qualitygates/project_status", answer: "500" } }) },
  "given-500-issues": { shows: "a server that fails when asked for issues", ...given({ token: "admin", fault: { path: "/api/issues/search", answer: "500" } }) },
  "given-html": { shows: "a sign-in page in the server's place", ...given({ token: "admin", fault: { path: "/", answer: "html" } }) },
  "given-html-gate": { shows: "a page where the verdict should be", ...given({ token: "admin", fault: { path: "/api/qualitygates/project_status", answer: "html" } }) },
  "given-redirect": { shows: "a server that sends elsewhere", ...given({ token: "admin", fault: { path: "/", answer: "redirect" } }) },
  "given-hang": { shows: "a server that never answers", ...given({ token: "admin", fault: { path: "/", answer: "hang" } }) },
  "given-hang-gate": { shows: "a server that never answers when asked for its verdict", ...given({ token: "admin", fault: { path: "/api/qualitygates/project_status", answer: "hang" } }) },
  "given-gone": { shows: "a server that is gone half-way", ...given({ token: "admin", fault: { path: "/api/ce/task", answer: "drop" } }) },
  "given-deleted-while-processed": { shows: "a project that is deleted while its analysis is processed", ...given({ token: "admin", fault: { path: "/api/ce/task", answer: "project-deleted" } }) },
  "given-deleted-before-verdict": { shows: "a project that is deleted before the verdict is asked for", ...given({ token: "admin", fault: { path: "/api/qualitygates/project_status", answer: "project-deleted" } }) },
  "given-task-failed": { shows: "an analysis that the server cannot process", ...given({ token: "admin" }), seedDate: "2030-01-01" },
  "given-cancelled": { shows: "an analysis that somebody cancels", ...given({ token: "admin", fault: { path: "/api/ce/task", answer: "task-cancelled" } }) },
};
