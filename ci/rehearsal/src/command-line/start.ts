import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineTime } from "../clock/machine-time.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { StateFolder } from "../state/state-folder.ts";
import { readRunning, type Running } from "./running.ts";
import type { ServeOptions } from "./serve.ts";

/** How long one may take to answer. */
const startTimeoutMs = 20_000;
const intervalMs = 25;

/** Starts one as a process of its own, which outlives this one; or finds the one that runs. */
export async function start(options: ServeOptions, fresh: boolean): Promise<{ readonly running: Running; readonly wasThere: boolean }> {
  const before = readRunning(options.state);
  if (before !== undefined && (await answers(before.url))) {
    if (fresh) throw new RehearsalError("BAD_ARGUMENTS", `A rehearsal runs at ${before.url} with this state. Nothing was changed.`, "Stop it first, or leave --fresh out.");
    return { running: before, wasThere: true };
  }
  if (fresh) new StateFolder(options.state).clear();
  mkdirSync(options.state, { recursive: true, mode: 0o700 });
  const log = join(options.state, "rehearsal.log");
  const out = openSync(log, "a", 0o600);
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url)), "serve", ...serveArguments(options)], { detached: true, stdio: ["ignore", out, out] });
  let exitCode: number | null | undefined;
  child.once("exit", (code) => {
    exitCode = code;
  });
  child.unref();
  const deadline = machineTime.now() + startTimeoutMs;
  while (machineTime.now() < deadline && exitCode === undefined) {
    const running = readRunning(options.state);
    if (running?.pid === child.pid && running !== undefined && (await answers(running.url))) return { running, wasThere: false };
    await new Promise<void>((resolve) => machineTime.after(intervalMs, resolve));
  }
  const said = readFileSync(log, "utf8").trim().split("\n").slice(-3).join("\n");
  if (exitCode === undefined) child.kill("SIGTERM");
  throw new RehearsalError("DID_NOT_START", `The rehearsal did not start${exitCode === undefined ? ` within ${String(startTimeoutMs / 1000)} s` : ""}. It said:\n${said}`, `See ${log}.`);
}

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_rehearsal/status`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

const serveArguments = ({ port, state, speed, world, idleMinutes, engine, listen }: ServeOptions): string[] => ["--port", String(port), "--state", state, "--speed", String(speed), "--idle-minutes", String(idleMinutes), ...(world === undefined ? [] : ["--world", world]), ...(engine === undefined ? [] : ["--engine", engine]), ...Object.entries(listen).flatMap(([from, to]) => ["--listen", `${from}=${String(to)}`])];
