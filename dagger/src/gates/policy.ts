import { blocks } from "../report/findings.ts";
import type { ExitCode, GateMode, GateReport, GateVerdict, Severity, Target } from "../report/schema.ts";
import type { Evidence } from "./gate.ts";

/** Pure: what is decided from evidence, and nothing else. */

export interface GateDecision {
  readonly verdict: GateVerdict;
  readonly reason?: string;
}

/** One gate's verdict. A blocking finding counts even where another part could not be looked at. */
export function decideGate(evidence: Pick<Evidence, "findings" | "gaps" | "lookedAt">, blocksAt: Severity): GateDecision {
  const reason = evidence.gaps.join(" ");
  const blocking = evidence.findings.filter((finding) => blocks(finding, blocksAt)).length;
  if (blocking > 0) return evidence.gaps.length === 0 ? { verdict: "failed" } : { verdict: "failed", reason: `Not everything could be looked at: ${reason}` };
  if (evidence.gaps.length > 0) return { verdict: "unavailable", reason };
  if (evidence.lookedAt.count === 0) return { verdict: "unavailable", reason: "The tool looked at nothing." };
  return { verdict: "passed" };
}

export interface RunDecision {
  readonly verdict: "passed" | "failed" | "unavailable";
  readonly exitCode: ExitCode;
  /** Gates that stop the release. */
  readonly stoppedBy: readonly string[];
  readonly summary: string;
}

type Judged = Pick<GateReport, "name" | "verdict" | "mode">;

/**
 * The verdict of the whole run. A rehearsal ships nothing, so there `unavailable`
 * and `skipped` are shown and do not stop; but a run in which nothing at all, or
 * none of the images, could be established has broken (exit code 4), and so has
 * one whose engine was lost on the way. `unreleasable` names what AWS takes no
 * image from, whatever the gates say.
 */
export function decideRun(gates: readonly Judged[], target: Target, options: { engineLost: boolean; unreleasable?: readonly string[] } = { engineLost: false }): RunDecision {
  const counted = gates.filter((gate) => gate.mode === "block");
  const named = (verdict: GateVerdict, from: readonly Judged[] = counted): string[] => from.filter((gate) => gate.verdict === verdict).map((gate) => gate.name);
  const failed = named("failed");
  const unavailable = named("unavailable");
  const skipped = named("skipped");
  const inReport = gates.filter((gate) => gate.mode === "report");
  const [shown, unseen] = [named("failed", inReport), named("unavailable", inReport)];
  const byMode = (names: readonly string[], what: string): string => (names.length === 0 ? "" : ` ${what}, by ${names.length === 1 ? "its" : "their"} mode: ${list(names)}.`);
  const aside = `${byMode(shown, "Shown only")}${byMode(unseen, "Could not be checked, and stops nothing")}`;

  const ran = gates.filter((gate) => gate.verdict !== "skipped");
  const broken = options.engineLost || unavailable.includes("images") || (ran.length > 0 && ran.every((gate) => gate.verdict === "unavailable"));

  if (failed.length > 0) {
    return { verdict: "failed", exitCode: 1, stoppedBy: failed, summary: `Failed: ${list(failed)}. Nothing was released.${also(unavailable)}${aside}` };
  }
  if (target === "aws" && unavailable.length + skipped.length > 0) {
    const stoppedBy = [...unavailable, ...skipped];
    return {
      verdict: "unavailable",
      exitCode: options.engineLost ? 4 : 1,
      stoppedBy,
      summary: `Stopped: ${list(stoppedBy)} could not be trusted or did not run, and AWS takes only what every gate that blocks has passed. Nothing was released.${aside}`,
    };
  }
  if (unavailable.length > 0) {
    return {
      verdict: "unavailable",
      exitCode: broken ? 4 : 0,
      stoppedBy: broken ? unavailable : [],
      summary: `Not a pass: ${list(unavailable)} could not be checked.${broken ? " Nothing was released." : " This may be rehearsed; AWS would refuse it."}${aside}`,
    };
  }
  if (broken) {
    const why = options.engineLost ? "the container engine was lost on the way" : "nothing could be checked";
    return { verdict: "unavailable", exitCode: 4, stoppedBy: [...shown, ...unseen], summary: `Not a pass: ${why}. Nothing was released.${aside}` };
  }
  const { unreleasable = [] } = options;
  if (target === "aws" && unreleasable.length > 0) {
    return { verdict: "unavailable", exitCode: 1, stoppedBy: unreleasable, summary: `Stopped: AWS takes no images from ${list(unreleasable)}. Nothing was released.${aside}` };
  }
  const passed = named("passed", gates);
  return {
    verdict: passed.length > 0 ? "passed" : "unavailable",
    exitCode: 0,
    stoppedBy: [],
    summary: `${passedText(passed)}${skipped.length === 0 ? "" : ` Skipped: ${list(skipped)}; AWS would refuse that.`}${aside}`,
  };
}

/** Many names say less than how many there are. */
function passedText(passed: readonly string[]): string {
  if (passed.length === 0) return "No gate has passed.";
  return passed.length > 4 ? `Passed: ${String(passed.length)} gates.` : `Passed: ${list(passed)}.`;
}

const also = (unavailable: readonly string[]): string => (unavailable.length === 0 ? "" : ` Could not be checked: ${list(unavailable)}.`);

const list = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? "nothing") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`);

export const modeOf = (configured: GateMode, asked: "block" | "report" | undefined): GateMode => (configured === "off" ? "off" : asked ?? configured);
