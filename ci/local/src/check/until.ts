import { setTimeout as pause } from "node:timers/promises";

const intervalMs = 200;

/** Asks again until there is no objection. Throws the last objection when the time is over. */
export async function until(ask: () => Promise<string | undefined>, options: { timeoutMs: number; signal: AbortSignal }): Promise<void> {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    const objection = await ask();
    if (objection === undefined) return;
    if (performance.now() > end) throw new Error(`After ${options.timeoutMs / 1000} s, still: ${objection}`);
    await pause(intervalMs, undefined, { signal: options.signal });
  }
}
