import type { Config } from "../../config.ts";

/** What is analysed, and how the scanner is told. Everything lies below /project as it does in the repository. */

export const projectFolder = "/project";

/** Folders from the repository's root; none lies in another. */
export function analysedFolders(config: Pick<Config, "services" | "infrastructure">): string[] {
  const paths = [...Object.values(config.services).map((service) => service.path), ...(config.infrastructure === undefined ? [] : [config.infrastructure.path])];
  const all = [...new Set(paths)].toSorted();
  return all.filter((path) => !all.some((other) => other !== path && isInside(path, other)));
}

const isInside = (path: string, folder: string): boolean => folder === "." || path.startsWith(`${folder}/`);

export interface ScannerInput {
  readonly project: string;
  readonly host: string;
  readonly organization: string | undefined;
  /** Undefined: the project's main branch. */
  readonly branch: string | undefined;
  readonly folders: readonly string[];
  /** Patterns, from the repository's root: of tests, and of what is not analysed at all. */
  readonly tests: readonly string[];
  readonly exclude: readonly string[];
  /** Folders whose lines nobody expects tests to run. */
  readonly withoutCoverage: readonly string[];
  /** Our own server, where `exclude` alone says what is left out. */
  readonly own: boolean;
}

/** Sonar leaves out by itself what looks made by a program or by somebody else, and does not say so. */
const nothingLeftOut = {
  "sonar.javascript.detectBundles": "false",
  "sonar.javascript.exclusions": "**/node_modules/**,**/*.d.ts",
  "sonar.typescript.exclusions": "**/node_modules/**,**/*.d.ts",
  // Kilobytes.
  "sonar.javascript.maxFileSize": "10000",
};

/** Where the step has what the scanner is told of. */
export const scannerFiles = { coverage: "/scan/coverage.xml", work: "/tmp/sonar" };

/** The scanner's properties: a file of its own, so that none in the tree has a say. */
export function scannerProperties(input: ScannerInput): string {
  const properties: Readonly<Record<string, string | undefined>> = {
    "sonar.projectKey": input.project,
    "sonar.projectName": input.project,
    "sonar.host.url": input.host,
    "sonar.organization": input.organization,
    "sonar.branch.name": input.branch,
    "sonar.projectBaseDir": projectFolder,
    "sonar.working.directory": `${scannerFiles.work}/scannerwork`,
    // A file is a test or a source and never both: the patterns decide.
    "sonar.sources": list(input.folders),
    "sonar.tests": input.tests.length === 0 ? undefined : list(input.folders),
    "sonar.exclusions": list([...input.tests, ...input.exclude]),
    "sonar.test.inclusions": list(input.tests),
    "sonar.test.exclusions": list(input.exclude),
    "sonar.coverageReportPaths": scannerFiles.coverage,
    "sonar.coverage.exclusions": list(input.withoutCoverage.map((folder) => (folder === "." ? "**" : `${folder}/**`))),
    "sonar.sourceEncoding": "UTF-8",
    // The history is not in the step.
    "sonar.scm.disabled": "true",
    "sonar.scanner.skipJreProvisioning": "true",
    ...(input.own ? nothingLeftOut : {}),
  };
  return Object.entries(properties).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [`${name}=${escaped(value)}\n`])).join("");
}

/** Comma-separated; a value with a comma of its own in quotes. */
const list = (values: readonly string[]): string => values.map((value) => (/[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(",");

/** As Java's properties are written: backslashes doubled, and nothing but ASCII. */
const escaped = (value: string): string => value.replaceAll("\\", "\\\\").replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
