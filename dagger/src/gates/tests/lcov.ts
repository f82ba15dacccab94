import { UnreadableReportError } from "../gate.ts";
import { pathInRepository, type ServicePlace } from "./service-paths.ts";

/** Which lines of a service its tests have run. */
export interface Coverage {
  /** By path from the repository's root. */
  readonly files: ReadonlyMap<string, LineCoverage>;
  readonly total: LineCoverage;
  /** The report itself, with such paths. */
  readonly lcov: string;
}

export interface LineCoverage {
  readonly found: number;
  readonly hit: number;
}

/**
 * Reads an LCOV report. Files outside of the service (packages, say) are left
 * out. Throws UnreadableReportError when it is cut off or its sums are wrong.
 */
export function readLcov(text: string, place: ServicePlace): Coverage {
  const records = splitRecords(text);
  const own = records.flatMap((record) => {
    const path = pathInRepository(record.source, place);
    return path === undefined ? [] : [{ path, record }];
  });
  if (records.length > 0 && own.length === 0) throw new UnreadableReportError(`The coverage report names no file below ${place.sources}.`, text);
  const hits = new Map<string, Map<number, number>>();
  for (const { path, record } of own) hits.set(path, readHits(record, hits.get(path) ?? new Map(), text));
  const files = new Map([...hits].map(([path, lines]) => [path, countLines(lines)]));
  const all = [...files.values()];
  return {
    files,
    total: { found: sum(all.map((file) => file.found)), hit: sum(all.map((file) => file.hit)) },
    lcov: own.map(({ path, record }) => ["TN:", `SF:${path}`, ...record.lines, "end_of_record", ""].join("\n")).join(""),
  };
}

interface LcovRecord {
  readonly source: string;
  /** Between SF and end_of_record. */
  readonly lines: readonly string[];
}

function splitRecords(text: string): LcovRecord[] {
  const records: LcovRecord[] = [];
  let open: { source: string; lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || line.startsWith("TN:")) continue;
    if (line === "end_of_record") {
      if (open === undefined) throw new UnreadableReportError("The coverage report ends a record that it did not begin.", text);
      records.push(open);
      open = undefined;
    } else if (line.startsWith("SF:")) {
      if (open !== undefined || line === "SF:") throw new UnreadableReportError("The coverage report begins a record inside of another one, or for no file.", text);
      open = { source: line.slice("SF:".length), lines: [] };
    } else if (open !== undefined && /^[A-Z]+:/.test(line)) open.lines.push(line);
    else throw new UnreadableReportError(`The coverage report is not LCOV: ${line.slice(0, 80)}`, text);
  }
  if (open !== undefined) throw new UnreadableReportError(`The coverage report is cut off in its record of ${open.source}.`, text);
  return records;
}

/** A file may have several records, one for each suite of tests: their hits add up. */
function readHits(record: LcovRecord, before: ReadonlyMap<number, number>, text: string): Map<number, number> {
  const own = new Map<number, number>();
  for (const line of record.lines.filter((candidate) => candidate.startsWith("DA:"))) {
    const match = /^DA:(\d+),(\d+)(,|$)/.exec(line);
    if (match === null) throw new UnreadableReportError(`The coverage report counts the hits of a line as ${line.slice(0, 80)}`, text);
    own.set(Number(match[1]), (own.get(Number(match[1])) ?? 0) + Number(match[2]));
  }
  const counted = countLines(own);
  if ((numberOf(record, "LF") ?? counted.found) !== counted.found || (numberOf(record, "LH") ?? counted.hit) !== counted.hit) {
    throw new UnreadableReportError(`The coverage report's sums for ${record.source} are not those of its lines.`, text);
  }
  return new Map([...before, ...[...own].map(([line, hits]): [number, number] => [line, hits + (before.get(line) ?? 0)])]);
}

function numberOf(record: LcovRecord, key: string): number | undefined {
  const line = record.lines.find((candidate) => candidate.startsWith(`${key}:`));
  return line === undefined ? undefined : Number(line.slice(key.length + 1));
}

const countLines = (lines: ReadonlyMap<number, number>): LineCoverage => ({ found: lines.size, hit: [...lines.values()].filter((hits) => hits > 0).length });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
