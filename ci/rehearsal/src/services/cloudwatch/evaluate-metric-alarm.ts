import type { Parts } from "../../parts.ts";
import type { Verdict } from "./alarms.ts";
import { evaluate, evaluationRange, type Datapoint } from "./evaluate.ts";
import { evaluateQuery, periodOf } from "./queries.ts";
import { reasonOf } from "./reason.ts";
import { periodStarts, seriesOf, type Periods, type Series } from "./series.ts";
import type { MetricAlarmRecord } from "./state.ts";

/**
 * How old a minute has to be before it counts. What a load balancer measures
 * arrives late: a minute is judged 73 s after its end, because the evaluator looks
 * 13 s past the full one. Seen once on AWS: 133 s.
 */
export const dataDelayMs = 60_000;
/** Of metrics of less than a minute. */
export const highResolutionDelayMs = 10_000;

/** Undefined where the state stays as it is. */
export function evaluateMetricAlarm(parts: Parts, alarm: MetricAlarmRecord): Verdict | undefined {
  const periods = periodsOf(alarm, parts.clock.now());
  const starts = periodStarts(periods);
  const range = valuesOf(parts, alarm, periods).map((value, index): Datapoint | undefined => (value === undefined ? undefined : { atMs: starts[index] ?? 0, value, isBreaching: comparisons[alarm.comparisonOperator](value, alarm.threshold) }));
  const { evaluationPeriods } = alarm;
  const evaluation = evaluate(range, { evaluationPeriods, datapointsToAlarm: alarm.datapointsToAlarm ?? evaluationPeriods, treatMissingData: alarm.treatMissingData ?? "missing" });
  const { state } = evaluation;
  if (state === undefined) return undefined;
  // The reason of a state is told once, when it begins.
  if (state === alarm.state && !alarm.reason.startsWith("Unchecked")) return undefined;
  return { state, reason: reasonOf(alarm, alarm.state, state, evaluation), data: dataOf(alarm, parts.clock.now(), periods.periodMs, evaluation.datapoints) };
}

/** They slide with each look, and are not those of the wall clock when a period is longer than a minute. */
function periodsOf({ period, metrics = [], evaluationPeriods }: MetricAlarmRecord, now: number): Periods {
  const periodMs = (period ?? periodOf(returnedId(metrics), metrics) ?? 60) * 1000;
  const [delayMs, stepMs] = periodMs < 60_000 ? [highResolutionDelayMs, 10_000] : [dataDelayMs, 60_000];
  const endMs = Math.floor((now - delayMs) / stepMs) * stepMs;
  const count = evaluationRange(evaluationPeriods);
  return { startMs: endMs - count * periodMs, periodMs, count };
}

const returnedId = (metrics: NonNullable<MetricAlarmRecord["metrics"]>): string => metrics.find(({ ReturnData }) => ReturnData !== false)?.Id ?? "";

function valuesOf(parts: Parts, alarm: MetricAlarmRecord, periods: Periods): Series {
  const { metrics, namespace = "", metricName = "" } = alarm;
  if (metrics !== undefined) return evaluateQuery(parts, returnedId(metrics), metrics, periods);
  const dimensions = Object.fromEntries(alarm.dimensions.map(({ Name, Value }) => [Name, Value]));
  return seriesOf(parts, { namespace, metricName, dimensions }, alarm.extendedStatistic ?? alarm.statistic ?? "Average", periods, alarm.unit);
}

const comparisons: Readonly<Record<MetricAlarmRecord["comparisonOperator"], (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** StateReasonData, as AWS's version 1.0 has it. */
function dataOf(alarm: MetricAlarmRecord, now: number, periodMs: number, datapoints: readonly Datapoint[]): string {
  const date = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");
  const oldest = datapoints.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: date(now),
    ...(oldest === undefined ? {} : { startDate: date(oldest.atMs) }),
    ...(alarm.metrics === undefined ? { statistic: alarm.extendedStatistic ?? alarm.statistic } : {}),
    period: periodMs / 1000,
    recentDatapoints: datapoints.map(({ value }) => value).toReversed(),
    threshold: alarm.threshold,
    evaluatedDatapoints: datapoints.map(({ atMs, value }) => ({ timestamp: date(atMs), value })),
  });
}
