import { numberOf, recordOf, timeOf, type Entry } from "./detail.ts";

/** What one target group got in a second, or in a little more. */
export interface GroupSample {
  readonly perSecond: number;
  readonly errorsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface Sample {
  readonly atMs: number;
  /** How much virtual time it stands for. */
  readonly seconds: number;
  readonly groups: Readonly<Record<string, GroupSample>>;
  /** Per second, answered by the load balancer for want of a target. */
  readonly unroutedPerSecond: number;
}

export const isSample = ({ actor, what }: Entry): boolean => actor === "load-balancer" && what === "traffic";

export function sampleOf(entry: Entry): Sample {
  const { detail } = entry;
  const seconds = Math.max(numberOf(detail, "seconds"), 0.001);
  const groups = recordOf(detail, "groups");
  const milliseconds = (value: unknown): number | null => (typeof value === "number" ? value : null);
  return {
    atMs: timeOf(entry),
    seconds,
    unroutedPerSecond: numberOf(detail, "unrouted") / seconds,
    groups: Object.fromEntries(
      Object.keys(groups).map((name) => {
        const group = recordOf(groups, name);
        return [name, { perSecond: numberOf(group, "requests") / seconds, errorsPerSecond: numberOf(group, "errors") / seconds, p50Ms: milliseconds(group["p50Ms"]), p99Ms: milliseconds(group["p99Ms"]) }];
      }),
    ),
  };
}

/** How many of them, which are in order, are not after that time. */
export function countUntil(samples: readonly { readonly atMs: number }[], untilMs: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((samples[middle]?.atMs ?? Infinity) <= untilMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a group over the last few seconds; undefined when it gets nothing. */
export function lately(samples: readonly Sample[], group: string | undefined, nowMs: number): GroupSample | undefined {
  const last = samples.at(-1);
  if (group === undefined || last === undefined) return undefined;
  // Where time runs fast, one sample stands for many seconds.
  const windowMs = Math.max(5000, last.seconds * 3000);
  const recent = samples.slice(countUntil(samples, nowMs - windowMs));
  const own = recent.flatMap((sample) => (sample.groups[group] === undefined ? [] : [{ ...sample.groups[group], seconds: sample.seconds }]));
  const newest = own.at(-1);
  const seconds = recent.reduce((sum, sample) => sum + sample.seconds, 0);
  if (newest === undefined || seconds === 0) return undefined;
  const mean = (read: (sample: (typeof own)[number]) => number): number => own.reduce((sum, sample) => sum + read(sample) * sample.seconds, 0) / seconds;
  return { perSecond: mean(({ perSecond }) => perSecond), errorsPerSecond: mean(({ errorsPerSecond }) => errorsPerSecond), p50Ms: newest.p50Ms, p99Ms: newest.p99Ms };
}
