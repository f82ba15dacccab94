import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import type { CleanUp } from "./scratch.ts";
import { reportSchema, type Report } from "../../../../dagger/src/report/schema.ts";
import { cacheFolder } from "../../src/container-engine/cache-folder.ts";

/** The command line, as a person starts it. */

const main = join(import.meta.dirname, "../../src/main.ts");

export interface Ended {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface Surroundings {
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cleanUp?: CleanUp;
}

/** A terminal's and a CI server's settings would change what is printed. */
const ofThisProcess = Object.fromEntries(Object.entries(process.env).filter(([name]) => !["NO_COLOR", "FORCE_COLOR", "CI"].includes(name)));

/** What is compiled is the same for all: a cache of a test's own begins without it, and half a second of each start goes there. */
const compiled = { NODE_COMPILE_CACHE: join(cacheFolder(process.env), "compiled") };

export function startPipeline(cwd: string, args: readonly string[] = [], { env = {}, cleanUp = onTestFinished }: Surroundings = {}): Started {
  const child = execa(process.execPath, [main, ...args], { cwd, env: { ...ofThisProcess, ...compiled, ...env }, extendEnv: false, reject: false, stripFinalNewline: false });
  cleanUp(async () => {
    child.kill("SIGKILL");
    await child;
  });
  return { pid: child.pid ?? 0, kill: (signal) => { child.kill(signal); }, ended: child.then(({ exitCode, signal, stdout, stderr }) => ({ exitCode, signal, stdout, stderr })) };
}

export async function runPipeline(cwd: string, args: readonly string[] = [], surroundings: Surroundings = {}): Promise<Ended> {
  return startPipeline(cwd, args, surroundings).ended;
}

/** out/report.json, checked against its schema; undefined when there is none. */
export async function reportOf(root: string, out = "out"): Promise<Report | undefined> {
  const text = await readFile(join(root, out, "report.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : reportSchema.parse(JSON.parse(text));
}

/** The report of a run with --json, from a stdout that holds nothing else. */
export const printedReport = (stdout: string): Report => reportSchema.parse(JSON.parse(stdout));

/** Words without the breaks and columns of the table they stand in. */
export const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
