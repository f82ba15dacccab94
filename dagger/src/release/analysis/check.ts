import type { CheckResult, CheckStage } from "../../report/release-schema.ts";
import { judgeSamples, judgeTries, lastOf, type Sample, type Window } from "./judge-samples.ts";
import type { Phase } from "./phase.ts";

/** One thing that is looked at again and again, and how it is decided. */
export interface AnalysisCheck {
  readonly name: string;
  readonly stage: Exclude<CheckStage, "probe">;
  readonly dryRun: boolean;
  readonly inconclusive: "continue" | "rollback";
  readonly everyMs: number;
  readonly fromTrafficPercent: number;
  /** It compares both versions: with all users on one of them there is nothing to compare. */
  readonly needsBoth: boolean;
  /** A window over the samples; or so many tries, of which one good one will do. */
  readonly rule: Window | { readonly tries: number };
}

export type CheckVerdict = { readonly result: CheckResult; readonly why: string };

/** When the next sample is due, given those that there are; undefined when none is. */
export function dueMs({ everyMs, fromTrafficPercent, needsBoth, rule }: AnalysisCheck, samples: readonly Pick<Sample, "atMs">[], phase: Phase, reachedMs: number | undefined): number | undefined {
  if (phase.isOver || reachedMs === undefined || (phase.candidatePercent ?? 0) < fromTrafficPercent) return undefined;
  if (needsBoth && phase.candidatePercent === 100) return undefined;
  const last = samples.at(-1);
  // A try is made at once; a metric has nothing to say before some time has passed.
  if (last === undefined) return "tries" in rule ? reachedMs : reachedMs + everyMs;
  return last.atMs + everyMs;
}

/** How it ended; undefined while it is open. */
export function verdictOf({ rule }: AnalysisCheck, samples: readonly Sample[], phase: Phase): CheckVerdict | undefined {
  const isLast = phase.isOver || (phase.lastCallMs !== undefined && phase.atMs >= phase.lastCallMs);
  if ("tries" in rule) {
    const result = judgeTries(samples, isLast ? samples.length : rule.tries);
    return result === "open" ? undefined : { result, why: whyTries(samples, rule.tries, result) };
  }
  const result = judgeSamples(samples, rule);
  return result === "fail" || isLast ? { result, why: whyWindow(samples, rule, result) } : undefined;
}

function whyTries(samples: readonly Sample[], tries: number, result: CheckResult): string {
  const last = samples.at(-1);
  if (last === undefined) return "nothing could be learned: the deployment was over before anybody looked";
  if (result === "pass") return `${last.text}${samples.length === 1 ? "" : ` at try ${String(samples.length)} of ${String(tries)}`}`;
  const bad = samples.filter((sample) => sample.result === "fail").length;
  return result === "fail" ? `${String(bad)} of ${String(samples.length)} tries were bad; the last: ${last.text}` : `nothing could be learned in ${count(samples.length, "try", "tries")}; the last: ${last.text}`;
}

function whyWindow(samples: readonly Sample[], window: Window, result: CheckResult): string {
  const last = lastOf(samples, window);
  const bad = last.filter((sample) => sample.result === "fail");
  if (result === "inconclusive") return samples.length === 0 ? "nothing could be learned: there was no time for a sample" : `nothing could be learned in ${count(samples.length, "sample", "samples")}; the last: ${samples.at(-1)?.text ?? ""}`;
  if (result === "fail") return `${String(bad.length)} of the last ${count(last.length, "sample was", "samples were")} bad, and ${String(window.failAt)} of ${String(window.ofLast)} are too many: ${last.map(({ text }) => text).join("; ")}`;
  const learned = samples.filter((sample) => sample.result !== "inconclusive");
  return `${count(learned.length, "sample", "samples")}, ${String(learned.filter((sample) => sample.result === "fail").length)} bad; the last: ${learned.at(-1)?.text ?? ""}`;
}

const count = (number: number, one: string, more: string): string => `${String(number)} ${number === 1 ? one : more}`;
