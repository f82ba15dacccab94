import { machineTime } from "../clock/machine-time.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { holderOf } from "../state/state-lock.ts";
import { findRunning } from "./running.ts";

/** How long containers may take to end: their own stopTimeout, and some time for the engine. */
const stopTimeoutMs = 180_000;
const intervalMs = 50;

/** Ends the one that runs, and waits until it is gone. Returns its address. Throws RehearsalError NOT_RUNNING, SILENT. */
export async function stop(state: string): Promise<string> {
  const running = await findRunning(state);
  if (running === undefined) throw notRunning(state);
  await fetch(`${running.url}/_rehearsal/stop`, { method: "POST" });
  const deadline = machineTime.now() + stopTimeoutMs;
  while (machineTime.now() < deadline) {
    if (holderOf(state) !== running.pid) return running.url;
    await new Promise<void>((resolve) => machineTime.after(intervalMs, resolve));
  }
  throw new RehearsalError("DID_NOT_STOP", `The rehearsal at ${running.url} (process ${String(running.pid)}) was asked to stop and goes on.`, "See its log, and end the process.");
}

export const notRunning = (state: string): RehearsalError => new RehearsalError("NOT_RUNNING", `No rehearsal runs with the state in ${state}.`, "Start one with: npm run rehearsal -- start");
