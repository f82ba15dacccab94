import { after, type Cancel, type Clock } from "../../clock/clock.ts";
import type { ContainerSpec } from "../task-provider.ts";
import type { Exec } from "./engine-ways.ts";

type HealthCheck = NonNullable<ContainerSpec["healthCheck"]>;

/** Until a container has first been healthy: at first often, so that a start is seen soon. */
const firstMs = [250, 250, 500];
const earlyMs = 1000;
/** Each check costs a process: no more often than this, of the machine's time. */
const leastMs = 5000;

export interface HealthWatchParts {
  readonly clock: Clock;
  /** Whether one check has passed. */
  readonly check: () => Promise<boolean>;
  readonly onHealth: (health: "HEALTHY" | "UNHEALTHY") => void;
}

/**
 * Follows a container's health. Checks come faster than the task definition says,
 * so failures count only when they are an interval apart: a container becomes
 * UNHEALTHY no sooner than on AWS.
 */
export function watchHealth({ interval, retries, startPeriod }: HealthCheck, { clock, check, onHealth }: HealthWatchParts): Cancel {
  const countsFromMs = clock.now() + startPeriod * 1000;
  let health: "HEALTHY" | "UNHEALTHY" | undefined;
  let looks = 0;
  let failures = 0;
  let countedMs = -Infinity;
  let isOver = false;
  let cancel: Cancel = () => undefined;
  // Time runs as the machine's while the answer is open: the container works at its own pace.
  let release: Cancel | undefined = clock.hold();

  const tell = (next: "HEALTHY" | "UNHEALTHY"): void => {
    release?.();
    release = undefined;
    if (next !== health) onHealth(next);
    health = next;
  };
  const look = async (): Promise<void> => {
    looks += 1;
    const passed = await check();
    if (isOver) return;
    if (passed) {
      failures = 0;
      countedMs = -Infinity;
      tell("HEALTHY");
    } else if (clock.now() >= countsFromMs && clock.now() - countedMs >= interval * 1000) {
      failures += 1;
      countedMs = clock.now();
      if (failures >= retries) tell("UNHEALTHY");
      else release ??= clock.hold();
    }
  };
  const cadenceMs = (): number => (health === undefined ? (firstMs[looks] ?? earlyMs) : failures > 0 && release !== undefined ? Math.min(interval * 1000, leastMs) : Math.max(interval * 1000, leastMs * clock.rate()));
  const next = (): void => {
    cancel = after(clock, cadenceMs(), async () => {
      await look();
      if (!isOver) next();
    });
  };
  next();
  return () => {
    isOver = true;
    cancel();
    release?.();
    release = undefined;
  };
}

/** One check, in the container; its timeout is the machine's time. */
export async function runHealthCheck(exec: Exec, { command, timeout }: HealthCheck): Promise<boolean> {
  const [kind, ...rest] = command;
  const argv = kind === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : kind === "CMD" ? rest : command;
  return (await exec(argv, timeout * 1000)) === 0;
}
