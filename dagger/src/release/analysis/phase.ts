import type { Sight } from "../watch/sight.ts";
import { trafficOf } from "../watch/traffic.ts";
import { isOver } from "../outcome.ts";

/** Where a deployment is, as far as analysis goes by it. */
export interface Phase {
  readonly atMs: number;
  /** Share of users' requests on the new version; undefined where it could not be read. */
  readonly candidatePercent: number | undefined;
  /** When users first saw it. */
  readonly sinceMs: number | undefined;
  /** From then on what has been learned has to do: there is time left to go back, and not much. */
  readonly lastCallMs: number | undefined;
  /** Nothing can be stopped any more. */
  readonly isOver: boolean;
  readonly hasSucceeded: boolean;
}

/** How much of the termination wait is there to learn in. */
const shareOfWait = 0.8;

export function phaseOf({ atMs, deployment, events, listeners, taskSets }: Sight): Phase {
  const traffic = listeners === undefined || taskSets === undefined ? undefined : trafficOf(deployment.id, listeners, taskSets);
  const eventOf = (name: string) => events.find((event) => event.name === name);
  // The wait begins where the last event ends.
  const waitsSinceMs = deployment.inTerminationWait ? (eventOf("AfterAllowTraffic")?.endedAtMs ?? eventOf("AllowTraffic")?.endedAtMs) : undefined;
  return {
    atMs,
    candidatePercent: traffic?.candidatePercent,
    sinceMs: eventOf("AllowTraffic")?.startedAtMs,
    lastCallMs: waitsSinceMs === undefined ? undefined : waitsSinceMs + shareOfWait * deployment.terminationWaitMinutes * 60_000,
    isOver: isOver(deployment.status),
    hasSucceeded: deployment.status === "Succeeded",
  };
}
