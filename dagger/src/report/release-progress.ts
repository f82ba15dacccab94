import type { ReleaseEvent } from "./release-events.ts";
import type { CheckResult } from "./release-schema.ts";

/** What is known of a release while it runs: what a line of it, the summary and the picture are made of. */
export interface ReleaseProgress {
  readonly startedMs: number | undefined;
  readonly candidatePercent: number | undefined;
  /** Name -> state and reason. */
  readonly alarms: Readonly<Record<string, { readonly state: string; readonly reason: string }>>;
  /** Those that fired while it ran, in order. */
  readonly fired: readonly { readonly atMs: number; readonly name: string; readonly reason: string }[];
  readonly stoppedTasks: readonly Extract<ReleaseEvent, { kind: "task-stopped" }>[];
  /** The lifecycle event that is in progress. */
  readonly running: string | undefined;
  readonly failedEvent: { readonly event: string; readonly message: string | undefined } | undefined;
  /** Check of the analysis -> how it was when it was looked at last. */
  readonly lastResults: Readonly<Record<string, CheckResult>>;
  /** When traffic first went to the new version, and when all of it did. */
  readonly firstTrafficMs: number | undefined;
  readonly allTrafficMs: number | undefined;
}

export const beforeRelease: ReleaseProgress = { startedMs: undefined, candidatePercent: undefined, alarms: {}, fired: [], stoppedTasks: [], running: undefined, failedEvent: undefined, lastResults: {}, firstTrafficMs: undefined, allTrafficMs: undefined };

export function advance(before: ReleaseProgress, event: ReleaseEvent): ReleaseProgress {
  const progress = { ...before, startedMs: before.startedMs ?? event.atMs };
  switch (event.kind) {
    case "traffic": {
      const { atMs, candidatePercent } = event;
      return {
        ...progress,
        candidatePercent,
        firstTrafficMs: before.firstTrafficMs ?? (candidatePercent > 0 ? atMs : undefined),
        allTrafficMs: before.allTrafficMs ?? (candidatePercent === 100 ? atMs : undefined),
      };
    }
    case "alarm": {
      const { atMs, name, reason, state } = event;
      return { ...progress, alarms: { ...before.alarms, [name]: { state, reason } }, fired: state === "ALARM" ? [...before.fired, { atMs, name, reason }] : before.fired };
    }
    case "sample":
      return { ...progress, lastResults: { ...before.lastResults, [event.check]: event.result } };
    case "task-stopped":
      return { ...progress, stoppedTasks: [...before.stoppedTasks, event] };
    case "lifecycle":
      return {
        ...progress,
        running: event.status === "InProgress" ? event.event : progress.running === event.event ? undefined : progress.running,
        ...(event.status === "Failed" ? { failedEvent: { event: event.event, message: event.message } } : {}),
      };
    default:
      return progress;
  }
}
