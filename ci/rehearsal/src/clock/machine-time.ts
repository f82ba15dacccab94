import type { Cancel } from "./clock.ts";

/** The machine's own clock: milliseconds that only go forward, and calls back after some of them. */
export interface MachineTime {
  now(): number;
  /** Milliseconds since the epoch, by the wall clock; where virtual time begins. */
  wallMs(): number;
  after(delayMs: number, what: () => void): Cancel;
}

/** The longest that a timer of Node takes; the clock looks again then. */
const longestMs = 2 ** 31 - 1;

export const machineTime: MachineTime = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, what) {
    const timer = setTimeout(what, Math.min(Math.max(delayMs, 0), longestMs));
    return () => {
      clearTimeout(timer);
    };
  },
};
