import { expect, it } from "vitest";
import type { MachineTime } from "../../src/clock/machine-time.ts";
import { LoadGenerator } from "../../src/load/generator.ts";
import { answering, startBalanced } from "../load-balancer/balanced.ts";

/** Goes on only when told to. */
class ManualTime implements MachineTime {
  #now = 0;
  #due: { readonly atMs: number; readonly what: () => void }[] = [];

  now = (): number => this.#now;

  wallMs = (): number => this.#now;

  after = (delayMs: number, what: () => void): (() => void) => {
    const entry = { atMs: this.#now + Math.max(delayMs, 0), what };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  };

  advance(durationMs: number): void {
    const end = this.#now + durationMs;
    for (;;) {
      const next = this.#due.filter(({ atMs }) => atMs <= end).toSorted((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((entry) => entry !== next);
      this.#now = next.atMs;
      next.what();
    }
    this.#now = end;
  }
}

it("sends so many a second, and says which task set answered how", async () => {
  const { addTarget, split, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green", 500));
  await split(90, 10);
  const machine = new ManualTime();
  const load = new LoadGenerator({ url, requestsPerSecond: 50, machine, taskSetOf: (target) => (target.startsWith("10.0.1.1:") ? "current" : "candidate") }).start();
  machine.advance(1990);
  const { requests, failures, taskSets } = await load.stop();
  expect({ requests, failures }).toEqual({ requests: 100, failures: 10 });
  expect(taskSets).toMatchObject({ current: { requests: 90, failures: 0 }, candidate: { requests: 10, failures: 10 } });
});

it("goes on sending when nobody answers", async () => {
  const machine = new ManualTime();
  const load = new LoadGenerator({ url: "http://127.0.0.1:1/", requestsPerSecond: 10, machine }).start();
  machine.advance(950);
  expect(await load.stop()).toMatchObject({ requests: 10, failures: 10, successRate: 0, longestGapMs: 950 });
});
