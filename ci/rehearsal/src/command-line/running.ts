import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The process that has a state folder now, as it has written itself down there. */
const runningSchema = z.object({ pid: z.number().int().positive(), url: z.url(), id: z.string() });
export type Running = z.infer<typeof runningSchema>;

const fileOf = (folder: string): string => join(folder, "running.json");

/** Undefined when there is none, or its process is gone. Whether it answers is another question. */
export function readRunning(folder: string): Running | undefined {
  try {
    const running = runningSchema.parse(JSON.parse(readFileSync(fileOf(folder), "utf8")));
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
}

export function writeRunning(folder: string, running: Running): void {
  writeFileSync(fileOf(folder), JSON.stringify(running), { mode: 0o600 });
}

export function removeRunning(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}
