import { countFindings } from "./findings.ts";
import type { AnalysedCheck, CheckStage, ReleaseReport } from "./release-schema.ts";
import type { AllowListNote, GateName, GateReport, GateVerdict, Report } from "./schema.ts";

/** Words that the terminal, the Markdown and the page have in common. */

export const verdictSign: Readonly<Record<GateVerdict, string>> = { passed: "✓", failed: "✗", unavailable: "?", skipped: "-" };

export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${String(Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

export const stageWords: Readonly<Record<CheckStage, string>> = { probe: "before users", shift: "during the shift", smoke: "at 100 %" };

/** `fail, dry run` */
export const checkWord = ({ dryRun, result, stops }: Pick<AnalysedCheck, "dryRun" | "result" | "stops">): string => `${result ?? "open"}${dryRun ? ", dry run" : ""}${stops ? ", stopped the release" : ""}`;

/** `3 (1 bad, 1 without a value)` */
export function sampleCounts({ samples }: Pick<AnalysedCheck, "samples">): string {
  if (samples.length === 0) return "";
  const of = (result: string): number => samples.filter((sample) => sample.result === result).length;
  const parts = [of("fail") > 0 ? `${String(of("fail"))} bad` : "", of("inconclusive") > 0 ? `${String(of("inconclusive"))} without a value` : ""].filter((part) => part !== "");
  return `${String(samples.length)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

/** What users would have seen of a release. */
export const loadText = ({ requests, failures, p50Ms, p99Ms, longestGapMs }: NonNullable<ReleaseReport["load"]>): string =>
  `Meanwhile ${formatCount(requests, "request")}, of which ${failures === 0 ? "none" : `${String(failures)} (${((100 * failures) / Math.max(1, requests)).toFixed(2)} %)`} failed; half were answered within ${formatDuration(p50Ms)}, 99 % within ${formatDuration(p99Ms)}; longest time without a success: ${formatDuration(longestGapMs)}.`;

export const formatBytes = (bytes: number): string => `${String(Math.round(bytes / 1_000_000))} MB`;

/** To the minute, UTC: the same words wherever they are read. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

export const formatCount = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`;

export const listWords = (words: readonly string[]): string => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`);

export const modeWords: Readonly<Record<GateReport["mode"], string>> = { block: "blocks", report: "shown only", off: "off" };

export const timeOf = (gate: GateReport): string => (gate.verdict === "skipped" ? "" : gate.cached ? "cached" : formatDuration(gate.durationMs));

/** "12 findings, 10 known, in 83 files"; nothing where nothing was looked at. */
export function foundText(gate: GateReport): string | undefined {
  if (gate.lookedAt === undefined || gate.lookedAt.count === 0) return undefined;
  const { shown, known } = countFindings(gate);
  const { count, unit } = gate.lookedAt;
  const looked = formatCount(count, unit.replace(/^(\w+)s\b/, "$1"), unit);
  return `${formatCount(shown, "finding")}${known === 0 ? "" : `, ${String(known)} known,`} in ${looked}`;
}

/** What is wrong with an entry, without a full stop. */
export function allowListText({ problem, until, countAgain = [] }: AllowListNote): string {
  if (problem === "matches nothing") return "matches nothing: remove it";
  const places = countAgain.slice(0, 5);
  const rest = countAgain.length - places.length;
  const again = places.length === 0 ? "" : `; what it covered counts again: ${places.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`;
  return `ended on ${until}: renew or remove it${again}`;
}

/** Undefined without the preset. */
export function presetText(report: Report): string | undefined {
  if (report.preset === undefined) return undefined;
  const stopping = report.gates.filter((gate) => gate.mode === "block").map((gate) => gate.name);
  if (stopping.length === 0) return "Preset lab: no gate stops a release.";
  return `Preset lab: only ${listWords(stopping)} ${stopping.length === 1 ? "stops" : "stop"} a release, the other gates show what they find.`;
}

/** Undefined without a baseline. */
export function baselineText(report: Report): string | undefined {
  if (report.baseline === undefined) return undefined;
  const counts = report.gates.map(countFindings);
  const sum = (key: "shown" | "known"): number => counts.reduce((total, count) => total + count[key], 0);
  const known = sum("known");
  return `Compared with ${report.baseline.commit.slice(0, 7)}, which had ${formatCount(report.baseline.findings, "finding")}: of ${formatCount(sum("shown"), "finding")}, ${String(known)} ${known === 1 ? "is" : "are"} known and ${String(sum("shown") - known)} new.`;
}

export const standInText = (standIns: readonly string[]): string => `Registries could not be reached; stand-ins were used: ${standIns.join(", ")}. AWS would refuse images built from them.`;

/** What somebody does about a finding, by gate. */
export const advice: Readonly<Record<GateName, string>> = {
  secrets: "Revoke the secret where it was issued: whoever has a clone has it. Then take it out of the code.",
  "static-analysis": "Mend the code. tsc and ESLint in the service's folder say the same.",
  "unit-tests": "Mend the code or the test, whichever is wrong.",
  dependencies: "Update to the version that has the fix, or the direct dependency at the head of the path to one that takes it.",
  "code-quality": "Mend the code, or review it on the server where that is asked for.",
  infrastructure: "Change the infrastructure's code and run again.",
  images: "Mend the Dockerfile or what it copies; the build's log is among the raw reports.",
  "image-scan": "Build again on a newer base image, or update the package in the Dockerfile.",
  sbom: "Look which package the bill of materials misses, and why it is in the lock file.",
  dockerfiles: "Change the Dockerfile as the rule says.",
  licences: "Replace the package, or have the licence agreed to and add it to gates.licences.allow in gitops.json.",
};

export const allowCommand = `npm run allow -- ID --reason "why it may stay" --until YYYY-MM-DD`;
