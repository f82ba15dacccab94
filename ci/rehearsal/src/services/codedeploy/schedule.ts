import type { Routing } from "./state.ts";

/** From then on, counted from the start of AllowTraffic, the candidate has so much of the production traffic. */
export interface Shift {
  readonly atMs: number;
  readonly percent: number;
}

const minuteMs = 60_000;

/**
 * When a deployment configuration shifts how much. Each share is shifted at the
 * start of its interval, so there is no further wait once all of it is shifted:
 * ten steps of a minute take nine minutes.
 */
export function scheduleOf(routing: Routing): readonly Shift[] {
  if (routing.type === "AllAtOnce") return [{ atMs: 0, percent: 100 }];
  if (routing.type === "TimeBasedCanary") {
    const { canaryPercentage, canaryInterval } = routing.timeBasedCanary;
    return [
      { atMs: 0, percent: canaryPercentage },
      { atMs: canaryInterval * minuteMs, percent: 100 },
    ];
  }
  const { linearPercentage, linearInterval } = routing.timeBasedLinear;
  const steps = Math.ceil(100 / linearPercentage);
  return Array.from({ length: steps }, (_, index) => ({ atMs: index * linearInterval * minuteMs, percent: Math.min(100, (index + 1) * linearPercentage) }));
}

/** Milliseconds from the first shift to the last. */
export const durationOf = (routing: Routing): number => scheduleOf(routing).at(-1)?.atMs ?? 0;
