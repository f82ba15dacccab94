import { joined, markup, type Markup } from "./markup.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { formatClock } from "./release-text.ts";
import { visible } from "./visible.ts";

/** The shift drawn over time, for a report and for a person who was not there: no script, nothing loaded from elsewhere. */

const size = { width: 880, left: 52, right: 16, top: 40, plot: 200, bands: 30 } as const;
const plotWidth = size.width - size.left - size.right;
const bottom = size.top + size.plot;
const height = bottom + 26 + size.bands + 12;

const styles =
  "svg{--back:#fff;--text:#1b1c1a;--quiet:#5c5d58;--line:#e2e2dd;--share:#1f6fb2;--red:#b3261e;--band:#eef2f6;--other:#dfe7ef;--bad:#f6d9d6;background:var(--back);font:12px system-ui,sans-serif}" +
  "@media(prefers-color-scheme:dark){svg{--back:#1d1e1c;--text:#e9e9e5;--quiet:#a5a69f;--line:#343531;--share:#85b8f2;--red:#ff9087;--band:#262b30;--other:#313941;--bad:#4a2723}}" +
  "text{fill:var(--text)}.quiet{fill:var(--quiet)}.grid{stroke:var(--line)}.share{fill:none;stroke:var(--share);stroke-width:2.5}.area{fill:var(--share);opacity:.12}.alarm{stroke:var(--red);stroke-width:1.5;stroke-dasharray:4 3}.alarmText{fill:var(--red)}.band{fill:var(--band)}.other{fill:var(--other)}.bad{fill:var(--bad)}";

/** An SVG of its own; undefined where there was nothing to shift. */
export function releasePicture(given: readonly ReleaseEvent[]): string | undefined {
  const events = visible(given);
  const first = events.find(({ kind }) => kind === "deployment" || kind === "lifecycle");
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const [beginMs, endMs] = [first.atMs, Math.max(last.atMs, first.atMs + 1000)];
  const x = (ms: number): number => round(size.left + (plotWidth * (Math.min(Math.max(ms, beginMs), endMs) - beginMs)) / (endMs - beginMs));
  const points = pointsOf(events, beginMs, endMs);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-labelledby="shift-title shift-desc">
<title id="shift-title">${titleOf(events)}</title>
<desc id="shift-desc">${descriptionOf(events, beginMs)}</desc>
<style>${{ markup: styles }}</style>
<text x="${size.left}" y="22" aria-hidden="true">${titleOf(events)}</text>
<g aria-hidden="true">
${grid(beginMs, endMs, x)}
${bands(events, endMs, x)}
<path class="area" d="${pathOf(points, x)} L${x(endMs)} ${y(0)} L${x(points[0]?.atMs ?? beginMs)} ${y(0)} Z"/>
<path class="share" d="${pathOf(points, x)}"/>
${alarms(events, x)}
</g>
</svg>
`.markup;
}

interface Point {
  readonly atMs: number;
  readonly percent: number;
}

/** Nothing before the first step, and the last one to the end. */
function pointsOf(events: readonly ReleaseEvent[], beginMs: number, endMs: number): Point[] {
  const steps = events.flatMap((event) => (event.kind === "traffic" ? [{ atMs: event.atMs, percent: event.candidatePercent }] : []));
  return [{ atMs: beginMs, percent: 0 }, ...steps, { atMs: endMs, percent: steps.at(-1)?.percent ?? 0 }];
}

const round = (value: number): number => Math.round(value * 10) / 10;
const y = (percent: number): number => round(bottom - (size.plot * percent) / 100);

/** Steps: the share is what it was until it changes. */
const pathOf = (points: readonly Point[], x: (ms: number) => number): string => points.map(({ atMs, percent }, index) => (index === 0 ? `M${String(x(atMs))} ${String(y(percent))}` : `H${String(x(atMs))} V${String(y(percent))}`)).join(" ");

function grid(beginMs: number, endMs: number, x: (ms: number) => number): Markup {
  const rows = [0, 25, 50, 75, 100].map((percent) => markup`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(percent)}" y2="${y(percent)}"/><text class="quiet" x="${size.left - 8}" y="${y(percent) + 4}" text-anchor="end">${percent} %</text>`);
  const ticks = ticksOf(endMs - beginMs).map((ms) => markup`<text class="quiet" x="${x(beginMs + ms)}" y="${bottom + 18}" text-anchor="${ms === 0 ? "start" : "middle"}">${formatClock(ms)}</text>`);
  return joined([...rows, ...ticks], "\n");
}

/** Round times, at most eight. */
function ticksOf(spanMs: number): number[] {
  const step = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 86_400].map((seconds) => seconds * 1000).find((candidate) => spanMs / candidate <= 8) ?? spanMs;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step).filter((ms) => ms <= spanMs * 0.97);
}

/** Lifecycle events, each from its beginning to its end; a name where it has room. Between two of them nothing is drawn. */
function bands(events: readonly ReleaseEvent[], endMs: number, x: (ms: number) => number): Markup {
  const top = bottom + 26;
  const spans = spansOf(events, endMs);
  const drawn = spans.map(({ failed, fromMs, name, toMs }, index) => {
    const [left, right] = [x(fromMs), x(toMs)];
    const width = Math.max(1, round(right - left));
    const fits = width > name.length * 7 + 8;
    return markup`<rect class="${failed ? "bad" : index % 2 === 0 ? "band" : "other"}" x="${left}" y="${top}" width="${width}" height="${size.bands}"><title>${name}, ${formatClock(toMs - fromMs)}${failed ? ", failed" : ""}</title></rect>${fits ? markup`<text x="${round(left + width / 2)}" y="${top + 19}" text-anchor="middle">${name}</text>` : undefined}`;
  });
  return joined(drawn, "\n");
}

interface Span {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly failed: boolean;
}

function spansOf(events: readonly ReleaseEvent[], endMs: number): Span[] {
  const spans: Span[] = [];
  const begun = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "lifecycle") continue;
    const key = `${event.deploymentId} ${event.event}`;
    if (event.status === "InProgress") begun.set(key, event.atMs);
    if (event.status !== "Succeeded" && event.status !== "Failed") continue;
    // One that was over before anybody looked has only its length.
    spans.push({ name: event.event, fromMs: begun.get(key) ?? event.atMs - (event.durationMs ?? 0), toMs: event.atMs, failed: event.status === "Failed" });
    begun.delete(key);
  }
  return [...spans, ...[...begun].map(([key, fromMs]) => ({ name: key.split(" ")[1] ?? "", fromMs, toMs: endMs, failed: false }))];
}

function alarms(events: readonly ReleaseEvent[], x: (ms: number) => number): Markup {
  const fired = events.flatMap((event) => (event.kind === "alarm" && event.state === "ALARM" ? [event] : event.kind === "verdict" && event.stops ? [{ atMs: event.atMs, name: `check ${event.check}` }] : []));
  return joined(
    fired.map(({ atMs, name }, index) => {
      const at = x(atMs);
      const isRight = at > size.left + plotWidth / 2;
      return markup`<line class="alarm" x1="${at}" x2="${at}" y1="${size.top - 8}" y2="${bottom}"/><text class="alarmText" x="${isRight ? at - 5 : at + 5}" y="${size.top - 5 + 15 * index}" text-anchor="${isRight ? "end" : "start"}">${name}</text>`;
    }),
    "\n",
  );
}

function titleOf(events: readonly ReleaseEvent[]): string {
  const planned = events.find((event) => event.kind === "planned");
  const ended = events.findLast((event) => event.kind === "ended");
  const what = planned === undefined ? "Release" : `${planned.what === "release" ? "Release of" : "Rollback to"} ${planned.commit === "" ? "a revision without a commit" : planned.commit.slice(0, 7)}`;
  return `${what}: share of users' requests on the new version${ended === undefined ? "" : `, ${endings[ended.outcome.kind]}`}`;
}

const endings = { released: "released", unchanged: "unchanged", "rolled-back": "rolled back", failed: "failed", mixed: "left with mixed traffic", unknown: "ended unseen" } as const;

/** The same in words, for whoever cannot see it. */
function descriptionOf(events: readonly ReleaseEvent[], beginMs: number): string {
  const said = events.flatMap((event) => {
    const at = formatClock(event.atMs - beginMs);
    if (event.kind === "traffic") return `${at} ${String(event.candidatePercent)} %`;
    if (event.kind === "alarm" && event.state === "ALARM") return `${at} alarm ${event.name}`;
    if (event.kind === "verdict" && event.stops) return `${at} check ${event.check} failed`;
    if (event.kind === "rollback-started") return `${at} rolled back`;
    return event.kind === "ended" ? `${at} ${endings[event.outcome.kind]}` : [];
  });
  return said.length === 0 ? "No traffic was moved." : `${said.join("; ")}.`;
}
