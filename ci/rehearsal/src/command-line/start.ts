import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineTime } from "../clock/machine-time.ts";
import { RehearsalError } from "../rehearsal-error.ts";
import { holderOf } from "../state/state-lock.ts";
import { findRunning, type Running } from "./running.ts";
import { differences } from "./differences.ts";
import { refusalOf } from "./refusal.ts";
import { readSettings, settingsOf } from "./run-settings.ts";
import { requireSameWorld } from "./same-world.ts";
import type { ServeOptions } from "./serve.ts";
import { serveArguments } from "./serve-options.ts";
import { inState } from "./state-writable.ts";

/** How long one may take to answer. The trial of the engine alone takes ten seconds and more where that has much to do. */
const startTimeoutMs = 90_000;
const intervalMs = 25;

export interface Started {
  readonly running: Running;
  readonly wasThere: boolean;
}

/** Starts one as a process of its own, which outlives this one; or finds the one that runs, or that somebody else starts at the same time. Throws RehearsalError, also what that process was refused for. */
export async function start(options: ServeOptions): Promise<Started> {
  const before = await findRunning(options.state);
  if (before !== undefined) return found(before, options);
  if (holderOf(options.state) === undefined && options.fresh !== true && options.freshWhenChanged !== true) await requireSameWorld(options.state, settingsOf(options, process.env));
  const log = join(options.state, "rehearsal.log");
  const out = inState(options.state, () => {
    mkdirSync(options.state, { recursive: true, mode: 0o700 });
    return openSync(log, "a", 0o600);
  });
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url)), "serve", ...serveArguments(options)], { detached: true, stdio: ["ignore", out, out, "ipc"] });
  const refusal = refusalOf(child);
  let exitCode: number | null | undefined;
  child.once("exit", (code) => {
    exitCode = code;
  });
  child.unref();
  const deadline = machineTime.now() + startTimeoutMs;
  // One that has ended may have lost to another, which is then the one that holds the state.
  while (machineTime.now() < deadline && (exitCode === undefined || holderOf(options.state) !== undefined)) {
    const running = await findRunning(options.state);
    if (running !== undefined) return running.pid === child.pid ? { running, wasThere: false } : found(running, options);
    await new Promise<void>((resolve) => machineTime.after(intervalMs, resolve));
  }
  const why = exitCode === undefined ? undefined : await refusal();
  if (why !== undefined) throw why;
  const said = readFileSync(log, "utf8").trim().split("\n").slice(-3).join("\n");
  if (exitCode === undefined) child.kill("SIGTERM");
  throw new RehearsalError("DID_NOT_START", `The rehearsal did not start${exitCode === undefined ? ` within ${String(startTimeoutMs / 1000)} s` : ""}. It said:\n${said}`, `See ${log}.`);
}

/** Throws RehearsalError when what is asked for is not what runs. */
async function found(running: Running, options: ServeOptions): Promise<Started> {
  if (options.fresh === true) throw new RehearsalError("BAD_ARGUMENTS", `A rehearsal runs at ${running.url} with this state. Nothing was changed.`, "Stop it first, or leave --fresh out.");
  const others = differences(settingsOf(options, process.env), await readSettings(options.state), running.url);
  if (others.length > 0) throw new RehearsalError("BAD_ARGUMENTS", `A rehearsal runs at ${running.url} with this state, and ${others.join(", ")}. Nothing was changed.`, "Stop it first, or leave these options out.");
  return { running, wasThere: true };
}
