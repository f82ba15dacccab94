import type { Sample } from "./judge-samples.ts";

/** A value that was measured, and where the check compares, what it is compared with. */
export interface Reading {
  readonly value: number;
  readonly baseline?: number;
}

/** Of a check: one threshold, or how much worse than the baseline it may be. */
export interface Limit {
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly times?: number | undefined;
  readonly plus?: number | undefined;
}

/** Whether a value is good, and the words for it. */
export function judgeValue({ baseline, value }: Reading, { above, below, plus = 0, times = 1 }: Limit): Pick<Sample, "result" | "text"> {
  if (baseline !== undefined) {
    const most = baseline * times + plus;
    return { result: value > most ? "fail" : "pass", text: `${shown(value)}, the version before ${shown(baseline)} (at most ${shown(most)})` };
  }
  if (above !== undefined) return { result: value > above ? "fail" : "pass", text: `${shown(value)} (at most ${shown(above)})` };
  if (below !== undefined) return { result: value < below ? "fail" : "pass", text: `${shown(value)} (at least ${shown(below)})` };
  return { result: "inconclusive", text: `${shown(value)}, and there is no threshold` };
}

/** Four digits say enough. */
export const shown = (value: number): string => String(Number(value.toPrecision(4)));
