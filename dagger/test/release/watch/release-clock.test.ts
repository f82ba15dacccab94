import { expect, it } from "vitest";
import type { ReleaseEvent } from "../../../src/report/release-events.ts";
import { emitAt, machineReleaseClock, rehearsalReleaseClock, type ReleaseClock } from "../../../src/release/release-clock.ts";
import { startMs, startWorld } from "../support/start-world.ts";
import { never } from "./setting.ts";

/** A machine's clock that a test moves; it keeps how long each pause was. */
function machine(): ReleaseClock & { readonly pauses: number[] } {
  let nowMs = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => nowMs,
    sleep: async (ms) => {
      pauses.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

it("has the rehearsal's time, also after it has jumped", async () => {
  const { clock, rehearsal } = await startWorld({ notReady: true });
  const own = machine();
  const target = await rehearsalReleaseClock(rehearsal.url, own);
  expect(target.now()).toBe(startMs);
  await clock.advance(3_600_000);
  await target.sleep(5_000, never);
  expect(target.now()).toBe(startMs + 3_600_000);
});

it("counts on between two looks, looks at least twice a second, and goes on where the rehearsal does not answer", async () => {
  const { rehearsal } = await startWorld({ notReady: true });
  const own = machine();
  const target = await rehearsalReleaseClock(rehearsal.url, own);
  await rehearsal.stop();
  await target.sleep(60_000, never);
  await target.sleep(100, never);
  expect(own.pauses).toEqual([400, 100]);
  expect(target.now()).toBe(startMs + 500);
});

it("says that no rehearsal answers", async () => {
  await expect(rehearsalReleaseClock("http://127.0.0.1:9")).rejects.toMatchObject({ code: "ENDPOINT_UNREACHABLE", exitCode: 2, happened: "No rehearsal answers at http://127.0.0.1:9. Nothing was changed." });
});

it("ends a pause of the machine's time when it is aborted", async () => {
  const abort = new AbortController();
  const pause = machineReleaseClock.sleep(3_600_000, abort.signal);
  abort.abort();
  await expect(pause).rejects.toThrow();
});

it("gives each event its time", () => {
  const events: ReleaseEvent[] = [];
  emitAt({ now: () => 42, sleep: async () => Promise.resolve() }, (event) => events.push(event))({ kind: "trouble", what: "x", tries: 1 });
  expect(events).toEqual([{ kind: "trouble", what: "x", tries: 1, atMs: 42 }]);
});
