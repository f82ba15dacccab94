import type { Clock } from "./clock/clock.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One line of what happened, as it also stands in `timeline.ndjson`. */
export interface TimelineEntry {
  /** Counts up from 1 without a gap. */
  readonly number: number;
  /** Virtual time, ISO 8601. */
  readonly at: string;
  /** Who did it: `codedeploy`, `ecs`, `load-balancer`, `cloudwatch`, `caller:<arn>`, `operator`… */
  readonly actor: string;
  /** What it did, as the name of an event: `lifecycle-event`, `traffic-shifted`, `alarm-state`, `call`, `denied`… */
  readonly what: string;
  readonly detail: Readonly<Record<string, Json>>;
}

/** Everything that happens, in order; nothing is ever taken out of it. */
export class Timeline {
  readonly #clock: Clock;
  readonly #entries: TimelineEntry[];
  readonly #listeners = new Set<(entry: TimelineEntry) => void>();

  constructor(clock: Clock, earlier: readonly TimelineEntry[] = []) {
    this.#clock = clock;
    this.#entries = [...earlier];
  }

  add(actor: string, what: string, detail: Readonly<Record<string, Json>> = {}): void {
    const entry = { number: (this.#entries.at(-1)?.number ?? 0) + 1, at: new Date(this.#clock.now()).toISOString(), actor, what, detail };
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Those after that number. */
  since(number = 0): readonly TimelineEntry[] {
    return number === 0 ? [...this.#entries] : this.#entries.filter((entry) => entry.number > number);
  }

  subscribe(listener: (entry: TimelineEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
