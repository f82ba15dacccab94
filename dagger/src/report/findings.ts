import { gateNames, severities, type Finding, type GateReport, type Report, type Severity } from "./schema.ts";

/** What a finding means for the run: read off the report, in one place for all that show it. */

export type FindingState = "open" | "known" | "allowed";
export const findingStates = ["open", "known", "allowed"] as const satisfies readonly FindingState[];

export const stateOf = (finding: Pick<Finding, "allowed" | "known">): FindingState => (finding.allowed !== undefined ? "allowed" : finding.known === true ? "known" : "open");

/** Does it count against its gate? Whether that stops a release is the gate's mode. */
export const blocks = (finding: Pick<Finding, "allowed" | "known" | "severity">, blocksAt: Severity): boolean => stateOf(finding) === "open" && severities.indexOf(finding.severity) <= severities.indexOf(blocksAt);

export interface FindingCounts {
  /** Those that the allow list does not cover, known ones included. */
  readonly shown: number;
  readonly known: number;
  readonly allowed: number;
  readonly blocking: number;
}

export function countFindings(gate: Pick<GateReport, "findings" | "blocksAt">): FindingCounts {
  const counts = { shown: 0, known: 0, allowed: 0, blocking: 0 };
  for (const finding of gate.findings) {
    const state = stateOf(finding);
    if (state === "allowed") counts.allowed += 1;
    else counts.shown += 1;
    if (state === "known") counts.known += 1;
    if (blocks(finding, gate.blocksAt)) counts.blocking += 1;
  }
  return counts;
}

/** What counts first, then what is open, each from the gravest on; else as the gate has them. */
export function byWeight(gate: Pick<GateReport, "findings" | "blocksAt">): Finding[] {
  const weight = (finding: Finding): number => (blocks(finding, gate.blocksAt) ? 0 : 10 * (1 + findingStates.indexOf(stateOf(finding)))) + severities.indexOf(finding.severity);
  return gate.findings.toSorted((one, other) => weight(one) - weight(other));
}

/** All findings of a run from the gravest on, the open ones of a severity first. */
export function bySeverity(report: Report): Finding[] {
  const rank = (finding: Finding): number => (severities.indexOf(finding.severity) * findingStates.length + findingStates.indexOf(stateOf(finding))) * gateNames.length + gateNames.indexOf(finding.gate);
  return report.gates.flatMap((gate) => gate.findings).toSorted((one, other) => rank(one) - rank(other));
}

/** Gates that somebody has to do something about before this may be released. */
export function stoppingGates(report: Report): GateReport[] {
  return report.gates.filter((gate) => gate.mode === "block" && (gate.verdict === "failed" || gate.verdict === "unavailable" || (gate.verdict === "skipped" && report.target === "aws")));
}

/** Every stand-in that anything of this run was made with. */
export function standInsOf(report: Report): string[] {
  return [...new Set([...report.gates, ...report.images].flatMap((part) => part.standIns))].toSorted();
}
