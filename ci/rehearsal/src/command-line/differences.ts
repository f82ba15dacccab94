import { defaultPort } from "./defaults.ts";
import type { RunSettings } from "./run-settings.ts";

/**
 * What is asked for and is not as it runs; empty when that does. A world that is
 * not named is whatever is there, and what an option is by itself nobody asked for.
 */
export function differences(asked: RunSettings, running: RunSettings, runningUrl: string): string[] {
  const port = Number(new URL(runningUrl).port);
  return [
    ...worldDifference(asked, running),
    ...other("speed", asked.speed, running.speed, 1),
    ...other("idle time in minutes", asked.idleMinutes, running.idleMinutes, 60),
    // 0 takes any.
    ...(asked.port === 0 ? [] : other("port", asked.port, port, defaultPort)),
    ...other("host", asked.host, running.host, "127.0.0.1"),
    ...(asked.beyondThisMachine && !running.beyondThisMachine ? ["it was not opened beyond this machine"] : []),
    ...other("name for others", asked.toldAs, running.toldAs),
    ...other("engine", asked.engine, running.engine),
    ...other("file of secrets", asked.secretsFile, running.secretsFile),
    ...Object.entries(asked.listen).flatMap(([from, to]) => other(`load balancer's port ${from}`, to, running.listen[from])),
    ...Object.entries(asked.hooks).flatMap(([name, target]) => other(`hook ${name}`, target, running.hooks[name])),
  ];
}

function other<Value extends string | number>(what: string, asked: Value | undefined, running: Value | undefined, byItself?: Value): string[] {
  if (asked === undefined || asked === byItself || asked === running) return [];
  return [running === undefined ? `it was started without a ${what} (${String(asked)} was asked for)` : `its ${what} is ${String(running)}, not ${String(asked)}`];
}

/** By what the files say where that is known, wherever they lie; by their paths otherwise. */
export function worldDifference(asked: RunSettings, kept: RunSettings): string[] {
  if (asked.world === undefined) return [];
  if (asked.worldDigest !== undefined && kept.worldDigest !== undefined) {
    if (asked.worldDigest === kept.worldDigest) return [];
    return [asked.world === kept.world ? `its world was made from ${asked.world} before that was changed` : `its world is ${kept.world ?? "empty"}, not ${asked.world}`];
  }
  return asked.world === kept.world ? [] : [`its world is ${kept.world ?? "empty"}, not ${asked.world}`];
}
