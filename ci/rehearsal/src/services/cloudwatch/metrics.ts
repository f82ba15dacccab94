import type { Parts } from "../../parts.ts";
import { metricsSlice, type Bucket, type MetricRecord } from "./state.ts";

const minuteMs = 60_000;
/** How long is kept: minutes for a day, seconds for three hours as AWS does. */
const minutesKeptMs = 24 * 60 * minuteMs;
const secondsKeptMs = 3 * 60 * minuteMs;

export interface MetricName {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Datum extends MetricName {
  readonly atMs?: number;
  readonly value: number;
  /** How many equal observations; may be a fraction, when requests are weighted by the rate of time. */
  readonly count?: number;
  readonly unit?: string;
  /** Seconds: 1 for a high-resolution metric. */
  readonly storageResolution?: number;
}

/** Several observations of which only these are known. */
export interface StatisticSet {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Puts equal observations in their minute. */
export function putDatum(parts: Parts, datum: Datum): void {
  const { value, count = 1 } = datum;
  putStatistics(parts, datum, { sum: value * count, count, min: value, max: value });
}

export function putStatistics(parts: Parts, datum: Omit<Datum, "value" | "count">, statistics: StatisticSet): void {
  const metric = metricOf(parts, datum);
  if (datum.unit !== undefined) metric.unit = datum.unit;
  const now = parts.clock.now();
  const atMs = datum.atMs ?? now;
  addTo(metric.minutes, atMs, minuteMs, now - minutesKeptMs, statistics);
  if (datum.storageResolution === 1) addTo(metric.seconds, atMs, 1000, now - secondsKeptMs, statistics);
}

export const keyOf = ({ namespace, metricName, dimensions }: MetricName): string => JSON.stringify([namespace, metricName, Object.entries(dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1))]);

/** Exactly these dimensions: AWS, too, takes each combination for a metric of its own. */
export const findMetric = (parts: Parts, name: MetricName): MetricRecord | undefined => parts.world.slice(metricsSlice).metrics[keyOf(name)];

function metricOf(parts: Parts, name: MetricName): MetricRecord {
  const { metrics } = parts.world.slice(metricsSlice);
  return (metrics[keyOf(name)] ??= { namespace: name.namespace, name: name.metricName, dimensions: { ...name.dimensions }, minutes: [], seconds: [] });
}

function addTo(buckets: Bucket[], atMs: number, lengthMs: number, oldestMs: number, { sum, count, min, max }: StatisticSet): void {
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  const index = buckets.findLastIndex((bucket) => bucket.atMs <= startMs);
  const found = buckets[index];
  const bucket = found?.atMs === startMs ? found : { atMs: startMs, sum: 0, count: 0, min, max, values: {} };
  if (bucket !== found) buckets.splice(index + 1, 0, bucket);
  bucket.sum += sum;
  bucket.count += count;
  bucket.min = Math.min(bucket.min, min);
  bucket.max = Math.max(bucket.max, max);
  if (min === max) {
    const value = String(Number(min.toPrecision(3)));
    bucket.values[value] = (bucket.values[value] ?? 0) + count;
  }
  while ((buckets[0]?.atMs ?? oldestMs) < oldestMs) buckets.shift();
}
