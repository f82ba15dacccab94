import type { PipelineEvent } from "./events.ts";
import { headlineOf } from "./headline.ts";
import { byWeight, countFindings, standInsOf, stateOf } from "./findings.ts";
import type { Finding, GateReport, GateVerdict, Report } from "./schema.ts";
import { visible } from "./visible.ts";
import { allowListText, baselineText, formatBytes, formatCount, formatDuration, foundText, presetText, standInText, timeOf, verdictSign } from "./words.ts";

/** The words of a run: one line for an event, and the table at the end. */

export type Style = "bold" | "dim" | "green" | "red" | "yellow";
/** Adds colour where there is one to add; `plain` elsewhere. */
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_style, text) => text;

const verdictStyle: Readonly<Record<GateVerdict, Style>> = { passed: "green", failed: "red", unavailable: "yellow", skipped: "dim" };

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
      return event.outcome === "shared" ? undefined : `${event.gate}: ${event.step} ${event.outcome === "cached" ? "unchanged, from the cache" : `${event.outcome} ${event.outcome === "done" ? "in" : "after"} ${formatDuration(event.durationMs)}`}`;
    case "gate-finished":
      return event.report.verdict === "skipped" ? undefined : `${verdictText(event.report, paint)} ${event.report.name}: ${noteText(event.report)}`;
    default:
      return undefined;
  }
}

/** Table, findings, images and the verdict's sentence; no line longer than `width` but for names that are. */
export function summaryText(given: Report, options: { paint?: Paint; width?: number; outPath?: string } = {}): string {
  const report = visible(given);
  const paint = options.paint ?? plain;
  const width = options.width ?? 80;
  const standIns = standInsOf(report);
  const sections = [
    gateTable(report, paint, width),
    ...report.gates.map((gate) => findingsText(gate, paint, width)),
    suppressionsText(report, width),
    report.allowList.map((note) => wrap(`Allow list: ${note.id} ${allowListText(note)}.`, width)).join("\n"),
    report.images.map((image) => `${image.reference}  ${image.imageId.slice(7, 19)}  ${formatBytes(image.sizeBytes)}`).join("\n"),
    standIns.length === 0 ? "" : wrap(standInText(standIns), width),
    [baselineText(report), presetText(report)].flatMap((text) => (text === undefined ? [] : [wrap(text, width)])).join("\n"),
    [paint("bold", paint(verdictStyle[headlineOf(report).state], wrap(report.summary, width))), options.outPath === undefined ? "" : `Report: ${options.outPath}`].filter((line) => line !== "").join("\n"),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** A row for a gate; what does not fit beside the time stands below the verdict, where there is more room. */
function gateTable(report: Report, paint: Paint, width: number): string {
  const nameWidth = Math.max(...report.gates.map((gate) => gate.name.length));
  const [below, beside] = [nameWidth + 2, nameWidth + 31];
  const room = Math.max(30, width - beside);
  const skipped = [...Map.groupBy(report.gates.filter((gate) => gate.verdict === "skipped"), (gate) => gate.reason ?? "")].filter(([, gates]) => gates.length >= manySkipped);
  const told = new Set(skipped.flatMap(([, gates]) => gates));
  const rows = report.gates
    .filter((gate) => !told.has(gate))
    .map((gate) => {
      const { counts, details } = gateNote(gate);
      const whole = [...counts, ...details].join("; ").trim();
      const [first, rest] = whole.length <= room && !whole.includes("\n") ? [whole, ""] : [counts.join("; "), details.join("; ")];
      const verdict = `${verdictSign[gate.verdict]} ${gate.verdict}`.padEnd(14);
      const row = `${gate.name.padEnd(nameWidth)}  ${paint(verdictStyle[gate.verdict], verdict)}${timeOf(gate).padStart(12)}   ${indented(wrap(first, room), beside)}`;
      return `${row.trimEnd()}${rest === "" ? "" : `\n${" ".repeat(below)}${indented(wrap(rest, width - below), below)}`}`;
    });
  return [...rows, ...skipped.map(([reason, gates]) => paint(verdictStyle.skipped, wrap(`${verdictSign.skipped} skipped, ${reason}: ${gates.map((gate) => gate.name).join(", ")}`, width)))].join("\n");
}

/** So many for one reason are one sentence: a run of one gate is not a table of ten that did not run. */
const manySkipped = 4;

const indented = (text: string, by: number): string => text.replaceAll("\n", `\n${" ".repeat(by)}`);

function noteText(gate: GateReport): string {
  const { counts, details } = gateNote(gate);
  return [...counts, ...details].join("; ");
}

const shownFacts = 4;

function gateNote(gate: GateReport): { counts: string[]; details: string[] } {
  const { allowed } = countFindings(gate);
  const facts = gate.facts.slice(0, shownFacts).map((fact) => `${fact.name} ${fact.value}`);
  const rest = gate.facts.length - facts.length;
  const present = (parts: readonly (string | undefined)[]): string[] => parts.filter((part) => part !== undefined);
  return {
    counts: present([foundText(gate), allowed > 0 ? `${String(allowed)} allowed` : undefined, gate.mode === "report" && gate.verdict !== "skipped" ? "shown only" : undefined]),
    details: present([gate.reason, ...facts, rest > 0 ? `${formatCount(rest, "more fact")} in the report` : undefined]),
  };
}

/** Of what stops a release, and of what is only worth knowing. */
const shownFindings = { stopping: 20, others: 5 };

/** Those that stop the release first: they are never among the ones that are only counted. Known ones are the baseline's. */
function findingsText(gate: GateReport, paint: Paint, width: number): string {
  const listed = byWeight(gate).filter((finding) => stateOf(finding) !== "known");
  if (listed.length === 0) return "";
  const stopping = gate.mode === "block" ? countFindings(gate).blocking : 0;
  const shown = listed.slice(0, Math.max(shownFindings.others, Math.min(stopping, shownFindings.stopping)));
  const rest = listed.length - shown.length;
  const known = gate.findings.length - listed.length;
  const more = [...(rest > 0 ? [`${String(rest)} more`] : []), ...(known > 0 ? [`${String(known)} known`] : [])].join(" and ");
  return [
    paint("bold", gate.name),
    ...shown.map((finding) => findingText(finding, paint, width)),
    ...(more === "" ? [] : [`  and ${more}, in the report`]),
  ].join("\n");
}

function findingText(finding: Finding, paint: Paint, width: number): string {
  const grave = finding.severity === "critical" || finding.severity === "high";
  const [state, style] = finding.allowed === undefined ? [finding.severity, grave ? ("red" as const) : ("yellow" as const)] : [`allowed until ${finding.allowed.until}`, "dim" as const];
  const text = wrap(`${finding.rule}: ${finding.title}`, width - 4);
  const fits = !text.includes("\n") && `  ${state}  ${finding.where}  ${text}`.length <= width;
  const more = wrap(moreText(finding), width - 4);
  return indented([`  ${paint(style, state)}  ${finding.where}${fits ? `  ${text}` : `\n${text}`}`, ...(more === "" ? [] : [more])].join("\n"), 4);
}

/** How it came in and how it goes away. */
function moreText({ fixedIn, via = [], layer, service, where }: Finding): string {
  const path = via.length > 4 ? [...via.slice(0, 2), "…", ...via.slice(-1)] : via;
  return [
    ...(fixedIn === undefined ? [] : [`fixed in ${fixedIn}`]),
    ...(path.length < 2 ? [] : [`via ${path.join(" > ")}`]),
    ...(layer === undefined ? [] : [`layer: ${layer.length > 60 ? `${layer.slice(0, 59)}…` : layer}`]),
    // The same package may be in several images.
    ...(service === undefined || where.includes(service) ? [] : [`in ${service}`]),
  ].join("; ");
}

function suppressionsText(report: Report, width: number): string {
  return report.gates
    .filter((gate) => gate.suppressions.length > 0)
    .map((gate) => {
      const places = gate.suppressions.slice(0, 5).map((suppression) => suppression.where);
      const rest = gate.suppressions.length - places.length;
      return wrap(`${gate.name} is silenced in the tree at ${formatCount(gate.suppressions.length, "place")}: ${places.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`, width);
    })
    .join("\n");
}

const verdictText = (gate: GateReport, paint: Paint): string => paint(verdictStyle[gate.verdict], `${verdictSign[gate.verdict]} ${gate.verdict}`);

/** Breaks at spaces; a word longer than the width stays whole, so that it can be copied. */
export function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}
