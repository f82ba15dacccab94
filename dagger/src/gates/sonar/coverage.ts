import { UnreadableReportError } from "../gate.ts";

/**
 * Sonar's generic form of coverage, from LCOV: that one it takes for every
 * language. Paths lead from the repository's root, in both.
 */
export function coverageXml(lcovs: readonly string[]): string {
  const files = new Map<string, FileCoverage>();
  for (const lcov of lcovs) readInto(files, lcov);
  const elements = [...files].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([path, file]) => fileElement(path, file));
  return `<coverage version="1">\n${elements.join("")}</coverage>\n`;
}

interface FileCoverage {
  /** Line -> how often it was run. */
  readonly lines: Map<number, number>;
  /** Line -> branch -> how often it was taken. */
  readonly branches: Map<number, Map<string, number>>;
}

/** A file may stand in several reports or records, one for each suite: what one has run is run. */
function readInto(files: Map<string, FileCoverage>, lcov: string): void {
  let file: FileCoverage | undefined;
  for (const line of lcov.split(/\r?\n/)) {
    const [key = "", value = ""] = splitOnce(line);
    if (key === "SF") {
      file = files.get(value) ?? { lines: new Map(), branches: new Map() };
      files.set(value, file);
    } else if (key === "DA") addLine(of(file, line), value);
    else if (key === "BRDA") addBranch(of(file, line), value);
  }
}

function addLine({ lines }: FileCoverage, value: string): void {
  const match = /^(\d+),(\d+)(,|$)/.exec(value);
  if (match === null) throw unreadable(`DA:${value}`);
  const line = Number(match[1]);
  lines.set(line, (lines.get(line) ?? 0) + Number(match[2]));
}

/** `-` is a branch of a line that was never reached. */
function addBranch({ branches }: FileCoverage, value: string): void {
  const match = /^(\d+),([^,]*),(.*),(\d+|-)$/.exec(value);
  if (match === null) throw unreadable(`BRDA:${value}`);
  const line = Number(match[1]);
  const ofLine = branches.get(line) ?? new Map<string, number>();
  const branch = `${match[2] ?? ""},${match[3] ?? ""}`;
  ofLine.set(branch, (ofLine.get(branch) ?? 0) + (match[4] === "-" ? 0 : Number(match[4])));
  branches.set(line, ofLine);
}

function fileElement(path: string, { lines, branches }: FileCoverage): string {
  const numbers = [...new Set([...lines.keys(), ...branches.keys()])].toSorted((one, other) => one - other);
  const elements = numbers.map((line) => {
    const taken = [...(branches.get(line)?.values() ?? [])];
    // A line with branches alone is run when one of them is.
    const covered = (lines.get(line) ?? taken.reduce((sum, count) => sum + count, 0)) > 0;
    const ofBranches = taken.length === 0 ? "" : ` branchesToCover="${String(taken.length)}" coveredBranches="${String(taken.filter((count) => count > 0).length)}"`;
    return `    <lineToCover lineNumber="${String(line)}" covered="${String(covered)}"${ofBranches}/>\n`;
  });
  return `  <file path="${attribute(path)}">\n${elements.join("")}  </file>\n`;
}

function of(file: FileCoverage | undefined, line: string): FileCoverage {
  if (file === undefined) throw unreadable(line);
  return file;
}

const splitOnce = (line: string): string[] => (line.includes(":") ? [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)] : [line]);

const unreadable = (line: string): UnreadableReportError => new UnreadableReportError(`The coverage of the unit tests cannot be handed over to Sonar: ${line.slice(0, 80)}`);

const attribute = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
