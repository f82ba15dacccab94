import type { EmitRelease } from "../../report/release-events.ts";
import type { ReleaseClock } from "../release-clock.ts";
import { ReleaseError } from "../release-error.ts";
import { describeError, troubleOf } from "./trouble.ts";

export interface PersistOptions {
  readonly deploymentId: string;
  readonly clock: ReleaseClock;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  /** Asks for credentials anew. */
  readonly renew: () => Promise<void>;
  /** How long nothing may be seen before it gives up. */
  readonly lostAfterMs: number;
}

const firstPauseMs = 1_000;
const longestPauseMs = 15_000;

/** Tries until it has an answer: a deployment goes on whether it is watched or not. Throws ReleaseError LOST_SIGHT, or NOT_POSSIBLE_NOW for a deployment that there is not. */
export async function persist<Value>(attempt: () => Promise<Value>, options: PersistOptions): Promise<Value> {
  const { clock, deploymentId, emit, lostAfterMs, signal } = options;
  const sinceMs = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const trouble = troubleOf(error);
      if (signal.aborted) throw interrupted(deploymentId);
      if (trouble === "gone") throw new ReleaseError("NOT_POSSIBLE_NOW", `There is no deployment ${deploymentId}: ${describeError(error)}`, "`history` lists those that there are.", error);
      if (trouble === "denied" || trouble === "other" || clock.now() - sinceMs >= lostAfterMs) throw lostSight(deploymentId, error);
      emit({ kind: "trouble", what: describeError(error), tries });
      if (trouble === "expired") await options.renew();
      await sleep(clock, Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1)), signal, deploymentId);
    }
  }
}

/** Rejects with ReleaseError LOST_SIGHT when it is interrupted. */
export async function sleep(clock: ReleaseClock, ms: number, signal: AbortSignal, deploymentId: string): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    throw signal.aborted ? interrupted(deploymentId) : error;
  }
  if (signal.aborted) throw interrupted(deploymentId);
}

const takeUp = "Take it up again with `status --follow`; `rollback --stop` sends all traffic back.";

const interrupted = (id: string): ReleaseError => new ReleaseError("LOST_SIGHT", `Watching was interrupted; deployment ${id} goes on by itself, and its traffic may be moving.`, takeUp);

function lostSight(id: string, error: unknown): ReleaseError {
  const expired = troubleOf(error) === "expired";
  return new ReleaseError("LOST_SIGHT", `Deployment ${id} can no longer be seen; it goes on by itself, and its traffic may be moving. The last answer was: ${describeError(error)}`, `${expired ? "Get new credentials. " : ""}${takeUp}`, error);
}
