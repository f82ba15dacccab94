import type { Clock } from '../../src/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

/** Stands still until told otherwise; a sleep passes at once and takes its time off the clock. */
export function testClock(start = '2026-01-01T00:00:00.000Z'): TestClock {
  let elapsed = 0;
  const startedAt = new Date(start).getTime();
  return {
    now: () => new Date(startedAt + elapsed),
    elapsedMs: () => elapsed,
    sleep: (milliseconds) => {
      elapsed += milliseconds;
      return Promise.resolve();
    },
    advance: (milliseconds) => { elapsed += milliseconds; },
  };
}
