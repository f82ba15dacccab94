import { after, type Cancel } from "../clock/clock.ts";
import type { Parts } from "../parts.ts";
import { keyOf, percentileOf } from "./response-time-steps.ts";

interface Gathered {
  requests: number;
  errors: number;
  /** Steps of response times, and how often. */
  readonly times: Map<number, number>;
}

/**
 * What goes over the load balancer, on the timeline: one sample a second of the
 * machine while there are requests, and an empty one when there are no more.
 * Requests are weighted by the rate of time, as CloudWatch's are.
 */
export class TrafficSamples {
  readonly #parts: Parts;
  readonly #groups = new Map<string, Gathered>();
  #unrouted = 0;
  #sinceMs = 0;
  #cancel: Cancel | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `seconds` is absent where the target gave no answer; `group` where there was no target at all. */
  add(group: string | undefined, isError: boolean, seconds?: number): void {
    if (this.#cancel === undefined) this.#begin();
    const rate = this.#parts.clock.rate();
    if (group === undefined) {
      this.#unrouted += rate;
      return;
    }
    let gathered = this.#groups.get(group);
    if (gathered === undefined) this.#groups.set(group, (gathered = { requests: 0, errors: 0, times: new Map() }));
    gathered.requests += rate;
    if (isError) gathered.errors += rate;
    if (seconds !== undefined) gathered.times.set(keyOf(seconds), (gathered.times.get(keyOf(seconds)) ?? 0) + rate);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #begin(): void {
    const { clock } = this.#parts;
    this.#sinceMs = clock.now();
    this.#cancel = after(clock, 1000 * clock.rate(), () => {
      this.#tell();
    });
  }

  #tell(): void {
    const groups = [...this.#groups].filter(([, { requests }]) => requests > 0);
    const seconds = Number(((this.#parts.clock.now() - this.#sinceMs) / 1000).toPrecision(3));
    this.#parts.timeline.add("load-balancer", "traffic", {
      seconds,
      unrouted: Math.round(this.#unrouted),
      groups: Object.fromEntries(groups.map(([name, { requests, errors, times }]) => [name, { requests: Math.round(requests), errors: Math.round(errors), p50Ms: percentileOf(times, 0.5), p99Ms: percentileOf(times, 0.99) }])),
    });
    const isOver = groups.length === 0 && this.#unrouted === 0;
    this.#groups.clear();
    this.#unrouted = 0;
    this.#cancel = undefined;
    if (!isOver) this.#begin();
  }
}
