import type { StoppedContainer } from "../../report/release-events.ts";
import type { DeploymentStatus, HaveListener, HaveTaskSet } from "../have.ts";

/** What one look at a running release saw. A part that could not be read is undefined: it is never taken for empty. */
export interface Sight {
  readonly atMs: number;
  readonly deployment: SeenDeployment;
  /** The deployment that rolls it back. */
  readonly rollback: SeenDeployment | undefined;
  readonly events: readonly SeenEvent[];
  readonly rollbackEvents: readonly SeenEvent[];
  readonly taskSets: readonly HaveTaskSet[] | undefined;
  readonly listeners: readonly HaveListener[] | undefined;
  readonly alarms: readonly SeenAlarm[] | undefined;
  /** Tasks of the new version that ended, other than because they were no longer wanted; those that were not told before. */
  readonly stopped: readonly StoppedTask[];
}

export interface SeenDeployment {
  readonly id: string;
  readonly status: DeploymentStatus;
  readonly creator: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly rolledBackBy: string | undefined;
  readonly rollsBack: string | undefined;
  /** What CodeDeploy rolls back by itself: DEPLOYMENT_FAILURE and the like. */
  readonly autoRollback: readonly string[];
  readonly readyWaitMinutes: number;
  readonly terminationWaitMinutes: number;
  /** Both versions run, all traffic is on the new one, and it can still go back. */
  readonly inTerminationWait: boolean;
  readonly productionListenerArns: readonly string[];
}

export interface SeenEvent {
  readonly name: string;
  readonly status: string;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  /** What a hook that failed has said. */
  readonly message: string | undefined;
}

export interface SeenAlarm {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

export interface StoppedTask {
  readonly arn: string;
  readonly reason: string;
  readonly containers: readonly StoppedContainer[];
}
