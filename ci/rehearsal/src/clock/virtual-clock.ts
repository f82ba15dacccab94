import { Agenda } from "./agenda.ts";
import type { Cancel, Clock } from "./clock.ts";

/** For tests: jumps from event to event, and waits for each before it goes on. */
export class VirtualClock implements Clock {
  readonly #agenda = new Agenda();
  #now: number;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  at(timeMs: number, what: () => void | Promise<void>): Cancel {
    return this.#agenda.add({ timeMs: Math.max(timeMs, this.#now), what });
  }

  rate(): number {
    return 1;
  }

  hold(): Cancel {
    return () => undefined;
  }

  /** Lets so much time pass, with all that is to happen in it. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    while ((this.#agenda.next()?.timeMs ?? Infinity) <= end) await this.#step();
    this.#now = end;
  }

  /** Goes on until it is so. Throws when nothing more is to happen, or `limitMs` of virtual time have passed. */
  async runUntil(isSo: () => boolean, limitMs = 7 * 24 * 3_600_000): Promise<void> {
    const end = this.#now + limitMs;
    while (!isSo()) {
      const next = this.#agenda.next();
      if (next === undefined) throw new Error("nothing more is to happen, and it is not so");
      if (next.timeMs > end) throw new Error(`it is not so after ${String(limitMs)} ms`);
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    const next = this.#agenda.take();
    if (next === undefined) return;
    this.#now = next.timeMs;
    await next.what();
  }
}
