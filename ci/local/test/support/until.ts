import { setTimeout as pause } from "node:timers/promises";

/** Waits for a condition of the world outside, which sends no event. Fails with what it was waiting for. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined> | Value | undefined, timeoutMs = 60_000): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`still waiting after ${String(timeoutMs / 1000)} s: ${what}`);
    await pause(50);
  }
}
