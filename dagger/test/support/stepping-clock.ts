import type { Clock } from "../../src/clock.ts";

/** A clock that goes on by one millisecond each time it is asked. */
export function steppingClock(from = "2026-11-23T10:00:00.000Z"): Clock {
  let now = Date.parse(from);
  return {
    now: () => {
      now += 1;
      return now - 1;
    },
  };
}
