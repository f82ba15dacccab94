/**
 * Time as the rehearsal has it. All times are virtual milliseconds since the
 * epoch; nothing but the files of this folder knows the machine's own clock.
 */
export interface Clock {
  now(): number;
  /** Calls back once it is `timeMs`; soon, when that has passed. What it throws is the clock's owner's to hear. */
  at(timeMs: number, what: () => void | Promise<void>): Cancel;
  /**
   * Virtual seconds in one second of the machine, now. A request that is counted
   * while time runs 20 times as fast stands for 20, or a minute would hold too
   * few of them for an alarm.
   */
  rate(): number;
  /** Time runs at 1 × while anybody holds it: containers start at their own pace. */
  hold(): Cancel;
}

export type Cancel = () => void;

export const after = (clock: Clock, delayMs: number, what: () => void | Promise<void>): Cancel => clock.at(clock.now() + delayMs, what);

/** Again and again, each time `intervalMs` after the last has ended, so that none overlaps itself. */
export function every(clock: Clock, intervalMs: () => number, what: () => void | Promise<void>): Cancel {
  let cancel: Cancel = () => undefined;
  let isOver = false;
  const next = (): void => {
    cancel = after(clock, intervalMs(), async () => {
      await what();
      // What was run may have ended it.
      if (!isOver) next();
    });
  };
  next();
  return () => {
    isOver = true;
    cancel();
  };
}
