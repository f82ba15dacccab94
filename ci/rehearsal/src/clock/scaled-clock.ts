import { Agenda } from "./agenda.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { MachineTime } from "./machine-time.ts";

export interface ScaledClockOptions {
  readonly startMs: number;
  /** Virtual seconds in one of the machine, while nobody holds the clock; at least 1. */
  readonly speed: number;
  readonly machine: MachineTime;
  /** An appointment that threw: a defect of ours, which must not end the process unheard. */
  readonly onError: (error: unknown) => void;
}

/** Runs with the machine's clock, `speed` times as fast while nobody holds it. */
export class ScaledClock implements Clock {
  readonly #options: ScaledClockOptions;
  readonly #agenda = new Agenda();
  /** Since then it has run at the present rate. */
  #since: { readonly machineMs: number; readonly virtualMs: number };
  #holders = 0;
  #cancelTimer: Cancel = () => undefined;
  #isStopped = false;

  constructor(options: ScaledClockOptions) {
    this.#options = options;
    this.#since = { machineMs: options.machine.now(), virtualMs: options.startMs };
  }

  now(): number {
    return this.#since.virtualMs + (this.#options.machine.now() - this.#since.machineMs) * this.rate();
  }

  rate(): number {
    return this.#holders > 0 ? 1 : this.#options.speed;
  }

  at(timeMs: number, what: () => void | Promise<void>): Cancel {
    const cancel = this.#agenda.add({ timeMs, what });
    this.#setTimer();
    return cancel;
  }

  hold(): Cancel {
    this.#changeHolders(1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#changeHolders(-1);
    };
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  #changeHolders(by: number): void {
    this.#since = { machineMs: this.#options.machine.now(), virtualMs: this.now() };
    this.#holders += by;
    this.#setTimer();
  }

  #setTimer(): void {
    this.#cancelTimer();
    const next = this.#agenda.next();
    if (next === undefined || this.#isStopped) return;
    this.#cancelTimer = this.#options.machine.after((next.timeMs - this.now()) / this.rate(), () => {
      this.#runDue();
    });
  }

  #runDue(): void {
    for (let next = this.#agenda.next(); next !== undefined && next.timeMs <= this.now(); next = this.#agenda.next()) {
      this.#agenda.take();
      void this.#run(next.what);
    }
    this.#setTimer();
  }

  async #run(what: () => void | Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
