import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { EmitRelease, ReleaseEvent } from "../report/release-events.ts";
import { ReleaseError } from "./release-error.ts";

/** Time as the target has it. */
export interface ReleaseClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** So long, by the target's time, or less: whoever waits for something looks again. Rejects when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** AWS keeps the machine's time. */
export const machineReleaseClock: ReleaseClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await pause(ms, undefined, { signal });
  },
};

/** Longest pause of this machine's time in a rehearsal, whose minutes may be seconds. */
const longestPauseMs = 400;
const answerTimeoutMs = 5_000;

const statusSchema = z.object({ now: z.iso.datetime(), rate: z.number().positive() });

/**
 * The clock of the rehearsal at `endpoint`: read when it is made and after each
 * sleep, and counted on from there. Throws ReleaseError ENDPOINT_UNREACHABLE.
 */
export async function rehearsalReleaseClock(endpoint: string, machine: ReleaseClock = machineReleaseClock): Promise<ReleaseClock> {
  const read = async (): Promise<Reading> => {
    const answer = await fetch(new URL("/_rehearsal/status", endpoint), { signal: AbortSignal.timeout(answerTimeoutMs) });
    const { now, rate } = statusSchema.parse(await answer.json());
    return { atMs: machine.now(), targetMs: Date.parse(now), rate };
  };
  let last = await read().catch((error: unknown) => {
    throw new ReleaseError("ENDPOINT_UNREACHABLE", `No rehearsal answers at ${endpoint}. Nothing was changed.`, "Start one with `npm run rehearsal -- start`, or correct the address.", error);
  });
  const now = (): number => Math.round(last.targetMs + (machine.now() - last.atMs) * last.rate);
  return {
    now,
    sleep: async (ms, signal) => {
      await machine.sleep(Math.min(ms / last.rate, longestPauseMs), signal);
      // One that does not answer now is counted on as it was: its time never goes back.
      last = await read().then((next) => ({ ...next, targetMs: Math.max(next.targetMs, now()) }), () => last);
    },
  };
}

interface Reading {
  readonly atMs: number;
  readonly targetMs: number;
  readonly rate: number;
}

/** Gives each event its time. */
export const emitAt = (clock: ReleaseClock, onEvent: (event: ReleaseEvent) => void): EmitRelease => (event) => {
  onEvent({ ...event, atMs: clock.now() });
};
