import type { Parts } from "../../parts.ts";
import { findMetric, type MetricName } from "./metrics.ts";
import { statisticOf } from "./statistics.ts";

/** One value per period, oldest first; undefined where nothing was measured. */
export type Series = readonly (number | undefined)[];

/** Periods that follow each other without a gap. Milliseconds. */
export interface Periods {
  readonly startMs: number;
  readonly periodMs: number;
  readonly count: number;
}

export const periodStarts = ({ startMs, periodMs, count }: Periods): number[] => Array.from({ length: count }, (_, index) => startMs + index * periodMs);

/** A metric's statistic, period by period. Another unit than the metric's has no data, as on AWS. */
export function seriesOf(parts: Parts, name: MetricName, statistic: string, periods: Periods, unit?: string): Series {
  const metric = findMetric(parts, name);
  const starts = periodStarts(periods);
  if (metric === undefined || (unit !== undefined && unit !== (metric.unit ?? "None"))) return starts.map(() => undefined);
  const endMs = periods.startMs + periods.count * periods.periodMs;
  const within = (periods.periodMs < 60_000 ? metric.seconds : metric.minutes).filter(({ atMs }) => atMs >= periods.startMs && atMs < endMs);
  return starts.map((startMs) => statisticOf(within.filter(({ atMs }) => atMs >= startMs && atMs < startMs + periods.periodMs), statistic));
}
