import type { Finding } from "../../report/schema.ts";
import type { Condition } from "./own-server.ts";
import type { GateCondition } from "./record.ts";

/** Conditions of a quality gate: which failed, and whether ours were all evaluated. */

export function conditionFinding(condition: GateCondition, link: string | undefined): Finding {
  return {
    gate: "code-quality",
    id: `quality-gate:${condition.metricKey}`,
    rule: `quality-gate:${condition.metricKey}`,
    severity: "high",
    title: conditionTitle(condition),
    where: "project",
    ...measuredBy(condition),
    ...(link === undefined ? {} : { link }),
  };
}

function measuredBy({ actualValue, comparator }: GateCondition): Pick<Finding, "measured"> {
  const value = Number(actualValue ?? "");
  return actualValue === undefined || Number.isNaN(value) ? {} : { measured: { value, worse: comparator === "LT" ? "lower" : "higher" } };
}

const names: Readonly<Record<string, string>> = {
  duplicated_lines_density: "the share of duplicated lines",
  security_hotspots_reviewed: "the share of reviewed security hotspots",
  violations: "the number of issues",
  bugs: "the number of bugs",
  vulnerabilities: "the number of vulnerabilities",
  code_smells: "the number of code smells",
};

/** "coverage is 71.3 %, at least 80 % is needed" */
export function conditionTitle({ metricKey, comparator, actualValue, errorThreshold }: GateCondition): string {
  const isNew = metricKey.startsWith("new_");
  const metric = isNew ? metricKey.slice("new_".length) : metricKey;
  const name = `${names[metric] ?? metric.replaceAll("_", " ")}${isNew ? " of new code" : ""}`;
  const limit = errorThreshold === undefined ? "what its quality gate says" : shown(metric, errorThreshold, Math.round);
  const needed = metric.endsWith("_rating") ? `${limit} or better is needed` : comparator === "LT" ? `at least ${limit} is needed` : `at most ${limit} is allowed`;
  // Never rounded to the limit that it missed.
  return `${name} is ${actualValue === undefined ? "unknown" : shown(metric, actualValue, comparator === "LT" ? Math.floor : Math.ceil)}, ${needed}`;
}

function shown(metric: string, value: string, round: (value: number) => number): string {
  const number = Number(value);
  // Ratings are numbers from 1 to 5.
  if (metric.endsWith("_rating")) return "ABCDE"[number - 1] ?? value;
  const isPercent = /coverage|density|reviewed/.test(metric);
  return Number.isNaN(number) ? value : `${String(round(number * 10) / 10)}${isPercent ? " %" : ""}`;
}

/** A server says OK of a condition for which it has no value, too. */
export const isEvaluated = ({ status, actualValue }: GateCondition): boolean => status !== "NO_VALUE" && actualValue !== undefined;

/** Of the wanted conditions those that the server did not evaluate as they were asked for. */
export function notEvaluated(wanted: readonly Condition[], conditions: readonly GateCondition[]): Condition[] {
  return wanted.filter(({ metric, op, error }) => {
    const condition = conditions.find((candidate) => candidate.metricKey === metric);
    return condition === undefined || !isEvaluated(condition) || condition.comparator !== op || Number(condition.errorThreshold) !== Number(error);
  });
}

/** Whether it depends on which lines the tests have run. */
export const isAboutCoverage = ({ metricKey }: Pick<GateCondition, "metricKey">): boolean => /coverage|uncovered|to_cover/.test(metricKey);
