import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { findAlarm } from "./alarms.ts";
import { childrenOf, parseCompositeRule, type CompositeRule } from "./composite-rule.ts";
import { checkPeriod, checkQueries, periodOf } from "./queries.ts";
import { isPercentile, plainStatistics } from "./statistics.ts";
import type { CompositeAlarmConfiguration, MetricAlarmConfiguration } from "./state.ts";

/** What AWS refuses in an alarm. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export function checkMetricAlarm(alarm: MetricAlarmConfiguration): void {
  checkCommon(alarm);
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, metrics } = alarm;
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) throw invalid(`1 validation error detected: Value '${String(evaluationPeriods)}' at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1`);
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1) throw invalid(`1 validation error detected: Value '${String(datapointsToAlarm)}' at 'datapointsToAlarm' failed to satisfy constraint: Member must have value greater than or equal to 1`);
  if (datapointsToAlarm > evaluationPeriods) throw invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  const period = metrics === undefined ? checkSingle(alarm) : checkMath(alarm, metrics);
  if (period < 10) throw invalid("Metric alarm period must be 10, 20, 30 or a multiple of 60.");
  if (period * evaluationPeriods > 86_400) throw invalid(`Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).`);
}

/** Returns its period in seconds. */
function checkSingle({ metricName, namespace, period, statistic, extendedStatistic }: MetricAlarmConfiguration): number {
  if (metricName === undefined) throw missing("MetricName");
  if (namespace === undefined) throw missing("Namespace");
  if (period === undefined) throw missing("Period");
  if (statistic === undefined && extendedStatistic === undefined) throw missing("Either Statistic or ExtendedStatistic");
  if (statistic !== undefined && extendedStatistic !== undefined) throw new AwsError("InvalidParameterCombinationException", "Statistic and ExtendedStatistic cannot both be specified.");
  if (statistic !== undefined && !(plainStatistics as readonly string[]).includes(statistic)) throw invalid(`1 validation error detected: Value '${statistic}' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [${plainStatistics.join(", ")}]`);
  if (extendedStatistic !== undefined && !isPercentile(extendedStatistic)) throw new AwsError("InvalidParameterValueException", `The value ${extendedStatistic} for parameter ExtendedStatistic is not supported: the rehearsal has percentiles from p0 to p100.`);
  checkPeriod(period);
  return period;
}

function checkMath({ metricName, namespace, statistic, extendedStatistic, period, dimensions, unit }: MetricAlarmConfiguration, metrics: NonNullable<MetricAlarmConfiguration["metrics"]>): number {
  const both = Object.entries({ MetricName: metricName, Namespace: namespace, Statistic: statistic, ExtendedStatistic: extendedStatistic, Period: period, Unit: unit, Dimensions: dimensions.length > 0 ? dimensions : undefined }).find(([, value]) => value !== undefined);
  if (both !== undefined) throw new AwsError("InvalidParameterCombinationException", `The parameters Metrics and ${both[0]} cannot be used together: an alarm has either MetricName or Metrics.`);
  checkQueries(metrics);
  const returned = metrics.filter(({ ReturnData }) => ReturnData !== false);
  if (returned.length !== 1) throw invalid(`Exactly one element of the metrics list should return data: ${String(returned.length)} do.`);
  const periods = new Set(metrics.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []));
  if (periods.size > 1) throw invalid("Period must be the same for all elements of the metrics list.");
  return periodOf(returned[0]?.Id ?? "", metrics) ?? 60;
}

export function checkCompositeAlarm(parts: Parts, alarm: CompositeAlarmConfiguration): void {
  checkCommon(alarm);
  const rule = parsed(alarm.rule);
  const children = [...new Set(childrenOf(rule))];
  const unknown = children.filter((child) => findAlarm(parts, child) === undefined && child !== alarm.name);
  if (unknown.length > 0) throw invalid(`Could not save the composite alarm as alarms [${unknown.join(", ")}] in the alarm rule do not exist`);
  if (children.length > 100) throw invalid("AlarmRule must not contain more than 100 alarms");
  checkNoCycle(parts, alarm.name, children, []);
}

function parsed(rule: string): CompositeRule {
  try {
    return parseCompositeRule(rule);
  } catch (error) {
    throw invalid(`AlarmRule must not contain syntax errors: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function checkNoCycle(parts: Parts, name: string, children: readonly string[], path: readonly string[]): void {
  for (const child of children) {
    if (child === name) throw invalid(`AlarmRule must not make a circle: ${[name, ...path, child].join(" -> ")}.`);
    const alarm = findAlarm(parts, child);
    if (alarm?.kind === "composite") checkNoCycle(parts, name, childrenOf(parseCompositeRule(alarm.rule)), [...path, child]);
  }
}

function checkCommon({ name, alarmActions, okActions, insufficientDataActions }: Pick<MetricAlarmConfiguration, "name" | "alarmActions" | "okActions" | "insufficientDataActions">): void {
  if (name.length < 1 || name.length > 255) throw invalid(`1 validation error detected: Value '${name.slice(0, 30)}…' at 'alarmName' failed to satisfy constraint: Member must have length between 1 and 255`);
  for (const actions of [alarmActions, okActions, insufficientDataActions]) {
    if (actions.length > 5) throw invalid("1 validation error detected: the list of actions failed to satisfy constraint: Member must have length less than or equal to 5");
    const wrong = actions.find((action) => !action.startsWith("arn:"));
    if (wrong !== undefined) throw invalid(`Invalid arn syntax: ${wrong}`);
  }
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
const missing = (member: string): AwsError => new AwsError("ValidationException", `The parameter ${member} must be specified.`);
