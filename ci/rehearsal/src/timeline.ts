import type { Clock } from "./clock/clock.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One line of what happened, as it also stands in `timeline.ndjson`. */
export interface TimelineEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** Virtual time, ISO 8601. */
  readonly at: string;
  /** Who did it: `codedeploy`, `ecs`, `load-balancer`, `cloudwatch`, `caller:<arn>`, `operator`… */
  readonly actor: string;
  /** What it did, as the name of an event: `lifecycle-event`, `traffic-shifted`, `alarm-state`, `call`, `denied`… */
  readonly what: string;
  readonly detail: Readonly<Record<string, Json>>;
}

/**
 * How many samples of traffic are kept in memory: an hour of them, about 1 MB.
 * They come every second, and say less the older they are; in the file all of
 * them stay, about 0.6 MB an hour.
 */
const mostSamples = 3600;
/** They are let go so many at a time. */
const batch = 600;

/** Everything that happens, in order. Nothing is ever taken out of it but old samples of traffic. */
export class Timeline {
  readonly #clock: Clock;
  #entries: TimelineEntry[];
  #samples = 0;
  readonly #listeners = new Set<(entry: TimelineEntry) => void>();

  constructor(clock: Clock, earlier: readonly TimelineEntry[] = []) {
    this.#clock = clock;
    this.#entries = [...earlier];
    this.#samples = earlier.filter(isSample).length;
    this.#letGo();
  }

  add(actor: string, what: string, detail: Readonly<Record<string, Json>> = {}): void {
    const entry = { number: (this.#entries.at(-1)?.number ?? 0) + 1, at: new Date(this.#clock.now()).toISOString(), actor, what, detail };
    this.#entries.push(entry);
    if (isSample(entry)) {
      this.#samples += 1;
      if (this.#samples >= mostSamples + batch) this.#letGo();
    }
    for (const listener of this.#listeners) listener(entry);
  }

  /** Those after that number. */
  since(number = 0): readonly TimelineEntry[] {
    return number === 0 ? [...this.#entries] : this.#entries.filter((entry) => entry.number > number);
  }

  #letGo(): void {
    let surplus = this.#samples - mostSamples;
    if (surplus <= 0) return;
    this.#samples = mostSamples;
    this.#entries = this.#entries.filter((entry) => {
      if (surplus === 0 || !isSample(entry)) return true;
      surplus -= 1;
      return false;
    });
  }

  subscribe(listener: (entry: TimelineEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const isSample = ({ what }: TimelineEntry): boolean => what === "traffic";
