import type { EventName, Stage } from "./state.ts";

/** What about a deployment decides which stages it has. */
export interface Course {
  readonly hasTestListener: boolean;
  readonly waitsForReady: boolean;
}

interface StageRow {
  /** The lifecycle event that GetDeploymentTarget shows for it; absent for what is no event. */
  readonly event?: EventName;
  /** Runs the AppSpec's hook of that name, and nothing else. */
  readonly isHook?: true;
  readonly isPartOf?: (course: Course) => boolean;
  /** Undefined: the deployment has succeeded. */
  readonly next: Stage | undefined;
}

const withTestListener = ({ hasTestListener }: Course): boolean => hasTestListener;

/**
 * The course of a deployment. A stage that is not part of it is passed over. Any
 * of them can also be left to the end: by a failure, an alarm or a stop.
 */
export const stages: Readonly<Record<Stage, StageRow>> = {
  /** Entered when it is created; reads the AppSpec; leaves as the deployment becomes InProgress, or Failed for an AppSpec that says nothing useful. */
  Created: { next: "BeforeInstall" },
  BeforeInstall: { event: "BeforeInstall", isHook: true, next: "Install" },
  /** Entered with blue alone; creates the green task set, and leaves once that is steady. */
  Install: { event: "Install", next: "AfterInstall" },
  AfterInstall: { event: "AfterInstall", isHook: true, next: "AllowTestTraffic" },
  /** Entered with green steady; points the test listener at green. */
  AllowTestTraffic: { event: "AllowTestTraffic", isPartOf: withTestListener, next: "AfterAllowTestTraffic" },
  AfterAllowTestTraffic: { event: "AfterAllowTestTraffic", isHook: true, isPartOf: withTestListener, next: "ReadyWait" },
  /** Entered where traffic waits for somebody; leaves at ContinueDeployment, or as Stopped when the time is over. */
  ReadyWait: { isPartOf: ({ waitsForReady }) => waitsForReady, next: "BeforeAllowTraffic" },
  BeforeAllowTraffic: { event: "BeforeAllowTraffic", isHook: true, next: "AllowTraffic" },
  /** Entered with all traffic on blue; shifts it by the schedule; leaves with all of it on green. */
  AllowTraffic: { event: "AllowTraffic", next: "AfterAllowTraffic" },
  AfterAllowTraffic: { event: "AfterAllowTraffic", isHook: true, next: "TerminationWait" },
  /** Entered by making green primary; blue stays whole, so that there is a way back; leaves when the time is over, or at ContinueDeployment. */
  TerminationWait: { next: "Termination" },
  /** Entered when there is no way back any more; scales blue to nothing and deletes it; leaves as Succeeded. */
  Termination: { next: undefined },
  /** The one stage of a rollback. Entered with the listeners back on blue and green draining; leaves as Succeeded. */
  Rollback: { event: "AllowTraffic", next: undefined },
};

/** The stage after it; undefined when that was the last. */
export function nextStage(stage: Stage, course: Course): Stage | undefined {
  const { next } = stages[stage];
  if (next === undefined) return undefined;
  return isPart(next, course) ? next : nextStage(next, course);
}

/** The lifecycle events of a deployment, in order, as its target lists them from the start. */
export function eventsOf(first: Stage, course: Course): readonly EventName[] {
  const events: EventName[] = [];
  for (let stage: Stage | undefined = first; stage !== undefined; stage = nextStage(stage, course)) {
    const { event } = stages[stage];
    if (event !== undefined) events.push(event);
  }
  return events;
}

const isPart = (stage: Stage, course: Course): boolean => stages[stage].isPartOf?.(course) ?? true;
