import type { CheckResult } from "../../report/release-schema.ts";

/** What one look at a check came to. */
export interface Sample {
  readonly atMs: number;
  readonly result: CheckResult;
  /** What was seen, such as `1.4 (at most 1)`. */
  readonly text: string;
}

/** Bad ones of the last, as `2 of the last 3`. */
export interface Window {
  readonly failAt: number;
  readonly ofLast: number;
}

/** Of those that have taught something: one without a value neither excuses nor accuses. */
export const lastOf = (samples: readonly Sample[], { ofLast }: Pick<Window, "ofLast">): readonly Sample[] => samples.filter(({ result }) => result !== "inconclusive").slice(-ofLast);

/** How a check stands after these samples. */
export function judgeSamples(samples: readonly Sample[], window: Window): CheckResult {
  const last = lastOf(samples, window);
  if (last.length === 0) return "inconclusive";
  return last.filter(({ result }) => result === "fail").length >= window.failAt ? "fail" : "pass";
}

/** Passes with the first good try; fails when all tries are over, and one of them was bad. */
export function judgeTries(samples: readonly Sample[], tries: number): CheckResult | "open" {
  if (samples.some(({ result }) => result === "pass")) return "pass";
  if (samples.length < tries) return "open";
  return samples.some(({ result }) => result === "fail") ? "fail" : "inconclusive";
}
