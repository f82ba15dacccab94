import type { PipelineEvent } from "./events.ts";
import type { Finding, GateReport, GateVerdict, Report } from "./schema.ts";

/** The words of a run: one line for an event, and the table at the end. */

export type Style = "bold" | "dim" | "green" | "red" | "yellow";
/** Adds colour where there is one to add; `plain` elsewhere. */
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_style, text) => text;

const mark: Readonly<Record<GateVerdict, { sign: string; style: Style }>> = {
  passed: { sign: "✓", style: "green" },
  failed: { sign: "✗", style: "red" },
  unavailable: { sign: "?", style: "yellow" },
  skipped: { sign: "-", style: "dim" },
};

/** A line for a log; undefined for what is only worth showing on a live display. */
export function eventLine(event: PipelineEvent, paint: Paint = plain): string | undefined {
  const line = eventText(event, paint);
  return line === undefined ? undefined : `${paint("dim", formatDuration(event.at).padStart(7))}  ${line}`;
}

function eventText(event: PipelineEvent, paint: Paint): string | undefined {
  switch (event.kind) {
    case "pipeline-started":
      return `commit ${event.commit.slice(0, 7)}${event.dirty ? " with uncommitted changes" : ""}, on ${event.engine}: ${event.gates.join(", ")}`;
    case "note":
      return event.text;
    case "step-finished":
      return `${event.gate}: ${event.step} ${event.outcome === "cached" ? "unchanged, from the cache" : `${event.outcome} ${event.outcome === "done" ? "in" : "after"} ${formatDuration(event.durationMs)}`}`;
    case "gate-finished":
      return event.report.verdict === "skipped" ? undefined : `${verdictText(event.report, paint)} ${event.report.name}: ${gateNote(event.report)}`;
    default:
      return undefined;
  }
}

/** Table, findings, images and the verdict's sentence; no line longer than `width` but for names that are. */
export function summaryText(report: Report, options: { paint?: Paint; width?: number; outPath?: string } = {}): string {
  const paint = options.paint ?? plain;
  const width = options.width ?? 80;
  const sections = [
    gateTable(report, paint, width),
    ...report.gates.map((gate) => findingsText(gate, paint, width)),
    suppressionsText(report, width),
    report.allowList.map((note) => wrap(`Allow list: ${note.id} ${note.problem === "expired" ? `ended on ${note.until}: renew or remove it` : "matches nothing: remove it"}.`, width)).join("\n"),
    imagesText(report),
    standInText(report, width),
    [paint("bold", paint(report.verdict === "passed" ? "green" : report.verdict === "failed" ? "red" : "yellow", wrap(report.summary, width))), options.outPath === undefined ? "" : `Report: ${options.outPath}`].filter((line) => line !== "").join("\n"),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function gateTable(report: Report, paint: Paint, width: number): string {
  const nameWidth = Math.max(...report.gates.map((gate) => gate.name.length));
  const indent = nameWidth + 31;
  return report.gates
    .map((gate) => {
      const verdict = `${mark[gate.verdict].sign} ${gate.verdict}`.padEnd(14);
      const time = gate.verdict === "skipped" ? "" : gate.cached ? "cached" : formatDuration(gate.durationMs);
      const note = wrap(gateNote(gate), Math.max(30, width - indent)).replaceAll("\n", `\n${" ".repeat(indent)}`);
      return `${gate.name.padEnd(nameWidth)}  ${paint(mark[gate.verdict].style, verdict)}${time.padStart(12)}   ${note}`;
    })
    .join("\n");
}

function gateNote(gate: GateReport): string {
  const parts: string[] = [];
  const open = gate.findings.filter((finding) => finding.allowed === undefined).length;
  const allowed = gate.findings.length - open;
  if (gate.lookedAt !== undefined && gate.lookedAt.count > 0) parts.push(`${String(open)} ${open === 1 ? "finding" : "findings"} in ${String(gate.lookedAt.count)} ${gate.lookedAt.count === 1 ? gate.lookedAt.unit.replace(/^(\w+)s\b/, "$1") : gate.lookedAt.unit}`);
  if (allowed > 0) parts.push(`${String(allowed)} allowed`);
  if (gate.reason !== undefined) parts.push(gate.reason);
  if (gate.mode === "report" && gate.verdict !== "skipped") parts.push("shown only");
  return parts.join("; ");
}

const shownFindings = 20;

function findingsText(gate: GateReport, paint: Paint, width: number): string {
  if (gate.findings.length === 0) return "";
  const rest = gate.findings.length - shownFindings;
  return [
    paint("bold", gate.name),
    ...gate.findings.slice(0, shownFindings).map((finding) => findingText(finding, paint, width)),
    ...(rest > 0 ? [`  and ${String(rest)} more, in the report`] : []),
  ].join("\n");
}

function findingText(finding: Finding, paint: Paint, width: number): string {
  const grave = finding.severity === "critical" || finding.severity === "high";
  const state = finding.allowed === undefined ? finding.severity : `allowed until ${finding.allowed.until}`;
  const text = wrap(`${finding.rule}: ${finding.title}`, width - 4);
  const fits = !text.includes("\n") && `  ${state}  ${finding.where}  ${text}`.length <= width;
  return `  ${paint(finding.allowed !== undefined ? "dim" : grave ? "red" : "yellow", state)}  ${finding.where}${fits ? `  ${text}` : `\n${text}`.replaceAll("\n", "\n    ")}`;
}

function suppressionsText(report: Report, width: number): string {
  return report.gates
    .filter((gate) => gate.suppressions.length > 0)
    .map((gate) => {
      const places = gate.suppressions.slice(0, 5).map((suppression) => suppression.where);
      const rest = gate.suppressions.length - places.length;
      return wrap(`${gate.name} is silenced in the tree at ${String(gate.suppressions.length)} ${gate.suppressions.length === 1 ? "place" : "places"}: ${places.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`, width);
    })
    .join("\n");
}

function imagesText(report: Report): string {
  return report.images.map((image) => `${image.reference}  ${image.imageId.slice(7, 19)}  ${formatBytes(image.sizeBytes)}`).join("\n");
}

function standInText(report: Report, width: number): string {
  const standIns = [...new Set([...report.gates.flatMap((gate) => gate.standIns), ...report.images.flatMap((image) => image.standIns)])].toSorted();
  return standIns.length === 0 ? "" : wrap(`Registries could not be reached; stand-ins were used: ${standIns.join(", ")}. AWS would refuse images built from them.`, width);
}

function verdictText(gate: GateReport, paint: Paint): string {
  return paint(mark[gate.verdict].style, `${mark[gate.verdict].sign} ${gate.verdict}`);
}

export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${String(Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

const formatBytes = (bytes: number): string => `${String(Math.round(bytes / 1_000_000))} MB`;

/** Breaks at spaces; a word longer than the width stays whole, so that it can be copied. */
function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}
