import type { Bucket } from "./state.ts";

/** What can be asked of a time: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99` or `p99.9`. */
export const plainStatistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

export const isPercentile = (statistic: string): boolean => /^p(100|\d{1,2}(\.\d{1,10})?)$/.test(statistic);

export const isStatistic = (statistic: string): boolean => (plainStatistics as readonly string[]).includes(statistic) || isPercentile(statistic);

/** Undefined where nothing was measured, and for a percentile of statistic sets, whose single values are unknown. */
export function statisticOf(buckets: readonly Bucket[], statistic: string): number | undefined {
  const count = total(buckets, (bucket) => bucket.count);
  if (count === 0) return undefined;
  switch (statistic) {
    case "SampleCount":
      return count;
    case "Sum":
      return total(buckets, ({ sum }) => sum);
    case "Average":
      return total(buckets, ({ sum }) => sum) / count;
    case "Minimum":
      return Math.min(...buckets.map(({ min }) => min));
    case "Maximum":
      return Math.max(...buckets.map(({ max }) => max));
    default:
      return percentileOf(buckets, Number(statistic.slice(1)));
  }
}

function percentileOf(buckets: readonly Bucket[], percent: number): number | undefined {
  const counts = new Map<number, number>();
  for (const { values } of buckets) for (const [value, count] of Object.entries(values)) counts.set(Number(value), (counts.get(Number(value)) ?? 0) + count);
  const sorted = [...counts].toSorted(([one], [other]) => one - other);
  const wanted = (percent / 100) * sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    // Counts may be fractions, whose sum is not exact.
    if (seen >= wanted - 1e-9) return value;
  }
  return undefined;
}

const total = (buckets: readonly Bucket[], of: (bucket: Bucket) => number): number => buckets.reduce((sum, bucket) => sum + of(bucket), 0);
