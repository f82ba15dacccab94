import type { Config } from "../../config.ts";
import type { StepResult } from "../../engine/engine.ts";
import type { Fact, Finding, Suppression } from "../../report/schema.ts";
import { UnreadableReportError, type Evidence } from "../gate.ts";
import { conditionFinding, isAboutCoverage, isEvaluated, notEvaluated } from "./conditions.ts";
import { explainStop, scannerErrors } from "./explain.ts";
import { hotspotFinding, isComplexity, issueFinding, type FindingsOf } from "./findings.ts";
import { overallConditions } from "./own-server.ts";
import { filesOf, hotspotsOf, issuesOf, latestAnalysis, measuresOf, parseRecord, projectStatusOf, taskOf, wasRead, type GateCondition, type Listed, type ProjectStatus, type ScanRecord } from "./record.ts";
import { projectKey, recordPath, type ScanServer } from "./step.ts";

export interface CodeQualityInput {
  readonly config: Config;
  readonly server: Pick<ScanServer, "own" | "host">;
  /** Services whose coverage is not known, a sentence each. */
  readonly coverageGaps: readonly string[];
}

/** Turns the scan's record into evidence. Throws UnreadableReportError when the server's verdict is not to be had, or not to be trusted. */
export function readCodeQuality(input: CodeQualityInput, result: StepResult): Evidence {
  const [scan] = result.commands;
  if (scan === undefined) throw new UnreadableReportError("The scan did not run.");
  const text = result.outputs.get(recordPath) ?? "";
  const record = parseRecord(text);
  if (record.own !== input.server.own || record.host !== input.server.host || record.project !== projectKey(input.config)) throw new UnreadableReportError("The scan's record is of another scan.", text);
  if ((scan.exitCode !== 0) !== (record.stopped !== undefined)) throw new UnreadableReportError(`The scan ended with ${String(scan.exitCode)}, and its record says otherwise: one of them is wrong.`, text);
  if (record.stopped !== undefined) throw new UnreadableReportError(explainStop(record), logOf(record, text));
  requireOneAnalysis(record, text);
  const status = readStatus(record, text);
  const seen: Seen = { record, status, issues: issuesOf(record), hotspots: hotspotsOf(record), files: filesOf(record), measures: measuresOf(record) };
  const { measures } = seen;
  return {
    toolVersion: record.reportTask?.["serverVersion"] ?? "unknown",
    lookedAt: { count: measures === undefined ? indexedFiles(record) : (measures.get("files") ?? 0), unit: "files" },
    findings: findingsOf(input, seen),
    suppressions: silencedOf(record, text),
    gaps: [...input.coverageGaps, ...unreadFiles(seen), ...(record.own ? ownGaps(input, seen) : []), ...listGaps(seen)],
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      ["sonar.json", text],
      ["sonar-scanner.log", record.scanner?.log ?? ""],
    ]),
    facts: factsOf(seen),
  };
}

interface Seen {
  readonly record: ScanRecord;
  readonly status: ProjectStatus;
  /** Each undefined where a server that was given does not show them. */
  readonly issues: ReturnType<typeof issuesOf>;
  readonly hotspots: ReturnType<typeof hotspotsOf>;
  readonly files: ReturnType<typeof filesOf>;
  readonly measures: ReturnType<typeof measuresOf>;
}

const logOf = (record: ScanRecord, text: string): string => [record.scanner?.log ?? "", text].join("\n").trim();

/** What was uploaded, processed and read has to be one and the same. */
function requireOneAnalysis(record: ScanRecord, text: string): void {
  const { scanner, reportTask, project } = record;
  if (scanner?.exitCode !== 0 || reportTask === undefined) throw new UnreadableReportError("sonar-scanner did not come to its end, and the scan went on: its record cannot be right.", text);
  const task = taskOf(record);
  if (task.status !== "SUCCESS" || task.analysisId === undefined) throw new UnreadableReportError(`The analysis was not processed: it is ${task.status}.`, text);
  const other = [reportTask["projectKey"], task.componentKey ?? project].find((key) => key !== project);
  if (other !== undefined) throw new UnreadableReportError(`The analysis is of the project ${other}, not of ${project}.`, text);
  // The verdict is this analysis's own; issues are always the project's latest.
  if (record.own && latestAnalysis(record) !== task.analysisId) throw new UnreadableReportError("The issues may be of another analysis than the verdict.", text);
}

function silencedOf({ silenced }: ScanRecord, text: string): Suppression[] {
  if (silenced === undefined) throw new UnreadableReportError("The scan did not look for what silences Sonar.", text);
  return silenced.toSorted((one, other) => one.where.localeCompare(other.where, "en", { numeric: true }));
}

function readStatus(record: ScanRecord, text: string): ProjectStatus {
  const status = projectStatusOf(record);
  const failed = status.conditions.filter((condition) => condition.status === "ERROR");
  if (status.status === "NONE" || !status.conditions.some(isEvaluated)) {
    throw new UnreadableReportError(
      record.own ? "Our own SonarQube server evaluated no condition of its quality gate." : `The quality gate of ${record.project} at ${record.host} evaluated no condition: a gate that judges new code alone says nothing at a first analysis. Give it conditions on overall code.`,
      text,
    );
  }
  if ((status.status === "ERROR") !== failed.length > 0) throw new UnreadableReportError(`The quality gate says ${status.status}, and ${String(failed.length)} of its conditions failed: one of them is wrong.`, text);
  return status;
}

function findingsOf(input: CodeQualityInput, { record, status, issues, hotspots }: Seen): Finding[] {
  const { config } = input;
  const host = record.host.replace(/\/+$/, "");
  const of: FindingsOf = { project: record.project, services: config.services, ...(record.own ? {} : { pages: { host, organization: config.gates["code-quality"].organization } }) };
  const listed = [...(issues?.items ?? []).map((issue) => issueFinding(issue, of)), ...(hotspots?.items ?? []).map((hotspot) => hotspotFinding(hotspot, of))];
  const failed = status.conditions.filter((condition) => condition.status === "ERROR");
  // What the tests have run is not known: then nobody can say that it is too little.
  const judged = failed.filter((condition) => input.coverageGaps.length === 0 || !isAboutCoverage(condition));
  const unexplained = judged.filter((condition) => !record.own || !isExplained(condition, issues, hotspots));
  const dashboard = record.own ? undefined : `${host}/dashboard?id=${encodeURIComponent(record.project)}`;
  return [...unexplained.map((condition) => conditionFinding(condition, dashboard)), ...listed.toSorted(byPlace)];
}

const byPlace = (one: Finding, other: Finding): number => one.where.localeCompare(other.where, "en", { numeric: true }) || one.id.localeCompare(other.id);

/** Each of what the condition counts is a finding of its own, which can be answered for one by one. */
function isExplained({ metricKey, actualValue }: GateCondition, issues: Seen["issues"], hotspots: Seen["hotspots"]): boolean {
  const count = (type: string): number => issues?.items.filter((issue) => issue.type === type).length ?? 0;
  if (metricKey === "bugs") return count("BUG") >= Number(actualValue);
  if (metricKey === "vulnerabilities") return count("VULNERABILITY") >= Number(actualValue);
  return metricKey === "security_hotspots_reviewed" && (hotspots?.items.length ?? 0) > 0;
}

/** Our own gate is one only when each condition on the whole code was evaluated, by our limit. */
function ownGaps({ config }: CodeQualityInput, { status, issues, hotspots, files, measures }: Seen): string[] {
  if (issues === undefined || hotspots === undefined || files === undefined || measures === undefined) throw new UnreadableReportError("Our own SonarQube server did not list what it found.");
  const mayBeAbsent = (metric: string): boolean =>
    (metric === "security_hotspots_reviewed" && hotspots.total === 0) ||
    // Dockerfiles and style sheets alone, say: there is no line that a test could run.
    (metric === "coverage" && (measures.get("lines_to_cover") ?? 0) === 0);
  return notEvaluated(overallConditions(config.gates["code-quality"]), status.conditions)
    .filter(({ metric }) => !mayBeAbsent(metric) || status.conditions.some((condition) => condition.metricKey === metric))
    .map(({ metric, error }) => `Our own SonarQube server did not evaluate ${metric} by the limit ${error}.`);
}

/** The server lists ten thousand of anything, and no more. */
function listGaps({ issues, hotspots, files }: Seen): string[] {
  const gap = (name: string, list: Listed<unknown> | undefined): string[] =>
    list === undefined || list.items.length === list.total ? [] : [`The server has ${String(list.total)} ${name} and listed ${String(list.items.length)} of them.`];
  return [...gap("issues", issues), ...gap("security hotspots", hotspots), ...gap("files", files)];
}

/** What the scanner could not read it skips, and ends with 0 all the same. */
function unreadFiles({ record, files }: Seen): string[] {
  const errors = scannerErrors(record.scanner?.log ?? "");
  const unread = (files?.items ?? []).filter((file) => !wasRead(file) && !errors.some((line) => line.includes(file.path)));
  return [
    ...errors.map((line) => `sonar-scanner could not look at everything: ${line}`),
    ...unread.map(({ path }) => `Sonar did not read ${path}: it is broken, or looks as if a program had made it. Mend it, or name it in gates.code-quality.exclude.`),
  ];
}

const indexedFiles = (record: ScanRecord): number => Number(/ (\d+) files? indexed/.exec(record.scanner?.log ?? "")?.[1] ?? 0);

function factsOf({ record, status, issues, measures }: Seen): Fact[] {
  const percent = (metric: string): string => (measures?.get(metric) === undefined ? "not measured" : `${String(measures.get(metric))} %`);
  const isNewJudged = status.conditions.some((condition) => condition.metricKey.startsWith("new_") && isEvaluated(condition));
  return [
    { name: "server", value: record.own ? "our own" : record.host },
    ...(measures === undefined
      ? []
      : [
          { name: "lines of code", value: String(measures.get("ncloc") ?? 0) },
          { name: "coverage", value: percent("coverage") },
          { name: "duplication", value: percent("duplicated_lines_density") },
        ]),
    { name: "new code", value: isNewJudged ? "judged as well" : "nothing to judge by itself" },
    ...(issues === undefined ? [{ name: "issues", value: "not listed: the token may not browse the project" }] : []),
    ...(record.own && issues !== undefined ? [{ name: "functions that are too complex", value: String(issues.items.filter(isComplexity).length) }] : []),
  ];
}
