import { timeOf, type Entry } from "../model/detail.ts";
import { countUntil } from "../model/samples.ts";
import { lineOf } from "../model/words.ts";
import type { Frame } from "./frame.ts";
import { Recording } from "./history.ts";

export const speeds = [1, 5, 20, 60, 300] as const;

/** Plays a rehearsal that is over from what it has left. */
export class ReplaySource {
  readonly #onChange: () => void;
  readonly #recording: Recording;
  readonly #name: string;
  readonly #beginMs: number;
  readonly #endMs: number;
  readonly #marks: readonly { readonly atMs: number; readonly isBad: boolean }[];
  #nowMs: number;
  #isPlaying = false;
  #speed = 20;
  #tickedMs = 0;

  constructor(entries: readonly Entry[], name: string, onChange: () => void) {
    this.#onChange = onChange;
    this.#name = name;
    // Where listeners answered then, nobody answers now.
    this.#recording = new Recording(entries.filter(({ what }) => what !== "listening"));
    const { times } = this.#recording;
    this.#beginMs = times[0]?.atMs ?? 0;
    this.#endMs = times.at(-1)?.atMs ?? 0;
    this.#nowMs = this.#beginMs;
    this.#marks = this.#recording.all.lines.flatMap((entry) => {
      const isBad = lineOf(entry)?.tone === "bad";
      return isBad || entry.what === "traffic-shifted" ? [{ atMs: timeOf(entry), isBad }] : [];
    });
  }

  frame(): Frame {
    const { all, times } = this.#recording;
    const lineTimes = all.lines.map((entry) => ({ atMs: timeOf(entry) }));
    return {
      mode: "replay",
      connection: "live",
      model: this.#recording.modelAfter(countUntil(times, this.#nowMs)),
      lines: all.lines.slice(0, countUntil(lineTimes, this.#nowMs)),
      samples: all.samples.slice(0, countUntil(all.samples, this.#nowMs)),
      nowMs: this.#nowMs,
      rate: this.#isPlaying ? this.#speed : 0,
      replay: { name: this.#name, beginMs: this.#beginMs, endMs: this.#endMs, isPlaying: this.#isPlaying, speed: this.#speed, marks: this.#marks },
    };
  }

  toggle(): void {
    this.#isPlaying = !this.#isPlaying;
    if (this.#isPlaying && this.#nowMs >= this.#endMs) this.#nowMs = this.#beginMs;
    this.#tickedMs = performance.now();
    this.#onChange();
  }

  setSpeed(speed: number): void {
    this.tick();
    this.#speed = speed;
    this.#onChange();
  }

  seek(atMs: number): void {
    this.#nowMs = Math.min(Math.max(atMs, this.#beginMs), this.#endMs);
    this.#tickedMs = performance.now();
    this.#onChange();
  }

  /** To the next, or the one before, of the entries that are worth a line. */
  jump(direction: 1 | -1): void {
    const times = this.#recording.all.lines.map(timeOf);
    const found = direction === 1 ? times.find((atMs) => atMs > this.#nowMs) : times.findLast((atMs) => atMs < this.#nowMs);
    this.#isPlaying = false;
    this.seek(found ?? (direction === 1 ? this.#endMs : this.#beginMs));
  }

  /** Lets the time pass that has passed. */
  tick(): void {
    if (!this.#isPlaying) return;
    const now = performance.now();
    this.#nowMs = Math.min(this.#nowMs + (now - this.#tickedMs) * this.#speed, this.#endMs);
    this.#tickedMs = now;
    if (this.#nowMs >= this.#endMs) this.#isPlaying = false;
    this.#onChange();
  }
}
