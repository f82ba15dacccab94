import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RehearsalError } from "../rehearsal-error.ts";
import { holderOf } from "../state/state-lock.ts";

/** The process that has a state folder now, as it has written itself down there. */
const runningSchema = z.object({
  pid: z.number().int().positive(),
  url: z.url(),
  id: z.string(),
  /** Addresses of what its world was to have and the rehearsal has not. */
  ignored: z.array(z.string()).default([]),
});
export type Running = z.infer<typeof runningSchema>;

const fileOf = (folder: string): string => join(folder, "running.json");

/** Undefined when there is none, or its process is gone. Whether it answers is another question. */
export function readRunning(folder: string): Running | undefined {
  try {
    const running = runningSchema.parse(JSON.parse(readFileSync(fileOf(folder), "utf8")));
    return holderOf(folder) === running.pid ? running : undefined;
  } catch {
    return undefined;
  }
}

/** The one that runs and answers; undefined when none has the folder, or it is only starting. Throws RehearsalError SILENT. */
export async function findRunning(folder: string): Promise<Running | undefined> {
  const running = readRunning(folder);
  if (running === undefined || (await answers(running.url))) return running;
  // It may have ended in the meantime.
  if (readRunning(folder) === undefined) return undefined;
  throw new RehearsalError("SILENT", `The rehearsal at ${running.url} (process ${String(running.pid)}) has the state in ${folder}, lives, and does not answer. Nothing was changed.`, "It may just be ending: try again. If it stays so, end the process, and start again.");
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_rehearsal/status`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

export function writeRunning(folder: string, running: Running): void {
  writeFileSync(fileOf(folder), JSON.stringify(running), { mode: 0o600 });
}

export function removeRunning(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}
