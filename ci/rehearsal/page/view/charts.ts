import uPlot from "uplot";
import type { Sample } from "../model/samples.ts";
import { countUntil } from "../model/samples.ts";
import { figure } from "../model/format.ts";
import type { Scene } from "../model/scene.ts";

/** The longest that is drawn, and the shortest, in milliseconds. */
const longestMs = 20 * 60_000;
const shortestMs = 2 * 60_000;

interface ChartSpec {
  readonly id: string;
  readonly unit: string;
  /** Two lines of each side, or one. */
  readonly read: readonly ((sample: Sample, group: string | undefined) => number | null)[];
}

const charts: readonly ChartSpec[] = [
  { id: "requests", unit: "requests/s", read: [(sample, group) => valueOf(sample, group)?.perSecond ?? 0] },
  { id: "errors", unit: "errors/s", read: [(sample, group) => valueOf(sample, group)?.errorsPerSecond ?? 0] },
  { id: "latency", unit: "ms", read: [(sample, group) => valueOf(sample, group)?.p99Ms ?? null, (sample, group) => valueOf(sample, group)?.p50Ms ?? null] },
];

const valueOf = (sample: Sample, group: string | undefined): Sample["groups"][string] | undefined => (group === undefined ? undefined : sample.groups[group]);

/** Draws the three charts into the elements of their names, which are there for good. */
export class Charts {
  readonly #plots = new Map<string, uPlot>();
  #marks: readonly number[] = [];
  #theme = "";
  #drawn = "";

  /** Anew only where there is something new. */
  draw(scene: Scene, samples: readonly Sample[], nowMs: number, marks: readonly number[]): void {
    const theme = `${getComputedStyle(document.body).getPropertyValue("--current")}${String(document.querySelector("#chart-requests")?.clientWidth ?? 0)}`;
    if (theme !== this.#theme) this.#reset(theme);
    const key = `${String(samples.length)} ${String(samples.at(-1)?.atMs ?? 0)} ${String(Math.round(nowMs / 1000))} ${groupsOf(scene).join(" ")}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#marks = marks;
    const beginMs = Math.max(nowMs - longestMs, Math.min(samples[0]?.atMs ?? nowMs, nowMs - shortestMs));
    const shown = withGaps(samples.slice(countUntil(samples, beginMs)), nowMs);
    for (const spec of charts) this.#drawOne(spec, scene, shown, beginMs, nowMs);
  }

  #reset(theme: string): void {
    for (const plot of this.#plots.values()) plot.destroy();
    this.#plots.clear();
    this.#theme = theme;
    this.#drawn = "";
  }

  #drawOne(spec: ChartSpec, scene: Scene, samples: readonly (Sample | { readonly atMs: number })[], beginMs: number, nowMs: number): void {
    const parent = document.querySelector<HTMLElement>(`#chart-${spec.id}`);
    if (parent === null || parent.clientWidth === 0) return;
    const groups = groupsOf(scene);
    const series = groups.flatMap((group) => spec.read.map((read) => samples.map((sample) => ("groups" in sample ? read(sample, group) : spec.id === "latency" ? null : 0))));
    const data = [samples.map(({ atMs }) => atMs / 1000), ...series] as uPlot.AlignedData;
    let plot = this.#plots.get(spec.id);
    if (plot === undefined) {
      plot = new uPlot(this.#options(spec, parent), data, parent);
      this.#plots.set(spec.id, plot);
    }
    plot.setData(data, false);
    plot.setScale("x", { min: beginMs / 1000, max: nowMs / 1000 });
    const highest = Math.max(spec.id === "latency" ? 5 : 1, ...series.flat().map((value) => value ?? 0));
    plot.setScale("y", { min: 0, max: highest * 1.1 });
  }

  #options(spec: ChartSpec, parent: HTMLElement): uPlot.Options {
    const style = getComputedStyle(document.body);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const line = (side: string, isThin: boolean): uPlot.Series => ({ stroke: colour(side), width: isThin ? 1 : 2, ...(isThin && { dash: [3, 3] }), points: { show: false } });
    const sides = ["current", "candidate"].flatMap((side) => spec.read.map((_read, index) => line(side, index > 0)));
    const axis = { stroke: colour("quiet"), font: "11px system-ui, sans-serif", grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    return {
      width: parent.clientWidth,
      height: 132,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 4, 0, 0],
      scales: { x: { time: true, auto: false }, y: { auto: false } },
      axes: [
        { ...axis, size: 22, gap: 4, space: 70, values: (_plot, ticks) => ticks.map((seconds) => new Date(seconds * 1000).toISOString().slice(11, 16)) },
        { ...axis, size: 38, gap: 4, space: 34, values: (_plot, ticks) => ticks.map((value) => figure(value)) },
      ],
      series: [{}, ...sides],
      hooks: {
        drawAxes: [
          (plot) => {
            this.#drawMarks(plot, colour("mark"));
          },
        ],
      },
    };
  }

  /** Upright lines where traffic was shifted. */
  #drawMarks(plot: uPlot, colour: string): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    for (const atMs of this.#marks) {
      const x = Math.round(plot.valToPos(atMs / 1000, "x", true)) + 0.5;
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

const groupsOf = ({ current, candidate }: Scene): readonly (string | undefined)[] => [current?.targetGroup, candidate?.targetGroup];

/** Where no samples came there was no traffic: the line goes down to nothing, rather than across. */
function withGaps(samples: readonly Sample[], nowMs: number): readonly (Sample | { readonly atMs: number })[] {
  return samples.flatMap((sample, index) => {
    const nextMs = samples[index + 1]?.atMs ?? nowMs;
    const gapMs = Math.max(3000, sample.seconds * 3000);
    return nextMs - sample.atMs > gapMs ? [sample, { atMs: sample.atMs + 1 }, { atMs: nextMs - 1 }] : [sample];
  });
}
