import type { Section } from "./html-section.ts";
import { markup, type Markup } from "./markup.ts";
import { gateNames, type GateName, type Report, type StepReport } from "./schema.ts";
import { formatCount, formatDuration } from "./words.ts";

/** Every step on one axis, drawn to scale when the page is made. Widths are attributes of SVG: the page allows no inline style. */
export function timelineSection(report: Report): Section | undefined {
  if (report.steps.length === 0) return undefined;
  const spanMs = Math.max(1, report.durationMs, ...report.steps.map((step) => step.startedAtMs + step.durationMs));
  const ticks = ticksOf(spanMs);
  const byGate = [...Map.groupBy(report.steps, (step) => step.gate)].toSorted(([one], [other]) => gateNames.indexOf(one) - gateNames.indexOf(other));
  return {
    id: "timeline",
    title: "Timeline",
    content: markup`<p>${sentence(report)}</p>
<table role="table" class="timeline">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Gate</th><th role="columnheader" scope="col">Step</th><th role="columnheader" scope="col">Took</th><th role="columnheader" scope="col"><span class="unseen">From the start of the run</span>${axis(ticks, spanMs)}</th></tr></thead>
${byGate.map(([gate, steps]) => markup`<tbody role="rowgroup">
${steps.map((step, index) => row(gate, step, { first: index === 0, spanMs, ticks }))}</tbody>
`)}</table>`,
  };
}

function sentence(report: Report): string {
  const cached = report.steps.filter((step) => step.outcome === "cached").length;
  const workMs = report.steps.reduce((sum, step) => sum + (step.outcome === "cached" ? 0 : step.durationMs), 0);
  return `${formatCount(report.steps.length, "step")}, side by side: ${formatDuration(workMs)} of work in ${formatDuration(report.durationMs)}${cached === 0 ? "" : `, ${String(cached)} from the cache`}.`;
}

const outcomeWords: Readonly<Record<StepReport["outcome"], string>> = { done: "", cached: "from the cache", failed: "failed", stopped: "stopped" };

function row(gate: GateName, step: StepReport, { first, spanMs, ticks }: { first: boolean; spanMs: number; ticks: readonly number[] }): Markup {
  const name = step.name.startsWith(`${gate}/`) ? step.name.slice(gate.length + 1) : step.name;
  const outcome = outcomeWords[step.outcome];
  return markup`<tr role="row"><th role="rowheader" scope="row"${first ? undefined : markup` class="again"`}>${gate}</th><td role="cell">${name}</td><td role="cell"><span>${step.outcome === "cached" ? outcome : formatDuration(step.durationMs)}</span>${outcome === "" || step.outcome === "cached" ? undefined : markup` <b>${outcome}</b>`}</td><td role="cell"><span class="unseen">${formatDuration(step.startedAtMs)} after the start</span>${bar(step, spanMs, ticks)}</td></tr>
`;
}

/** A step of no length still has the mark of its beginning; one from the cache is a ring, not a bar. */
function bar(step: StepReport, spanMs: number, ticks: readonly number[]): Markup {
  const [start, width] = [percent(step.startedAtMs, spanMs), percent(step.durationMs, spanMs)];
  const shape = step.outcome === "cached" ? markup`<circle cx="${start}" cy="50%" r="4"/>` : markup`<rect x="${start}" y="30%" width="${width}" height="40%"/><line x1="${start}" x2="${start}" y1="30%" y2="70%"/>`;
  return markup`<svg class="${step.outcome}" width="100%" aria-hidden="true">${ticks.map((tick) => markup`<line class="tick" x1="${percent(tick, spanMs)}" x2="${percent(tick, spanMs)}" y2="100%"/>`)}${shape}</svg>`;
}

function axis(ticks: readonly number[], spanMs: number): Markup {
  return markup`<svg class="axis" width="100%" aria-hidden="true">${ticks.map((tick) => markup`<text x="${percent(tick, spanMs)}" y="12" text-anchor="${tick === 0 ? "start" : tick / spanMs > 0.94 ? "end" : "middle"}">${tickText(tick)}</text>`)}</svg>`;
}

const percent = (ms: number, spanMs: number): string => `${String(Math.round((ms / spanMs) * 100_000) / 1000)}%`;

const tickSteps = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000];

/** Round numbers of milliseconds, at most six spaces between them: that is what a phone has room for. */
function ticksOf(spanMs: number): number[] {
  const step = tickSteps.find((candidate) => spanMs / candidate <= 6) ?? Math.ceil(spanMs / 6 / 3_600_000) * 3_600_000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step);
}

function tickText(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1000) return `${String(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0 ? `${String(minutes)} min` : `${String(minutes)}:${String(seconds % 60).padStart(2, "0")}`;
}
