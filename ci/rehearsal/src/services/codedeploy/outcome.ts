import type { DeploymentRecord, ErrorCode, RollbackEvent, Stage } from "./state.ts";

/** Why a deployment does not go on. */
export type Cause =
  | { readonly kind: "alarm"; readonly activated: readonly string[] }
  /** Some alarm's state cannot be read, and the group does not ignore that. */
  | { readonly kind: "alarm-unreadable"; readonly message: string }
  /** `rollback` as the caller of StopDeployment has it; absent: as the group has it. */
  | { readonly kind: "stopped"; readonly rollback?: boolean }
  /** Nobody said within the time that traffic may go over. */
  | { readonly kind: "ready-timeout"; readonly minutes: number }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly diagnostics?: string };

export interface Outcome {
  readonly status: "Stopped" | "Failed";
  readonly code: ErrorCode;
  readonly message: string;
  readonly isRolledBack: boolean;
}

/** What becomes of a deployment that cannot go on. */
export function outcomeOf(cause: Cause, deployment: Pick<DeploymentRecord, "stage" | "creator" | "autoRollback">): Outcome {
  const isSet = (event: RollbackEvent): boolean => deployment.autoRollback.enabled && deployment.autoRollback.events.includes(event);
  // A rollback is never rolled back.
  const rolledBack = (isWanted: boolean): boolean => isWanted && deployment.creator !== "codeDeployRollback";
  switch (cause.kind) {
    case "alarm":
      return { status: "Stopped", code: "ALARM_ACTIVE", message: alarmText(cause.activated), isRolledBack: rolledBack(isSet("DEPLOYMENT_STOP_ON_ALARM")) };
    case "alarm-unreadable":
      return { status: "Stopped", code: "ALARM_ACTIVE", message: cause.message, isRolledBack: rolledBack(isSet("DEPLOYMENT_STOP_ON_ALARM")) };
    case "stopped":
      return { status: "Stopped", code: "MANUAL_STOP", message: "The deployment was stopped by a call of StopDeployment.", isRolledBack: rolledBack(cause.rollback ?? isSet("DEPLOYMENT_STOP_ON_REQUEST")) };
    case "ready-timeout":
      return { status: "Stopped", code: "TIMEOUT", message: `The deployment timed out while waiting for a notification to continue. This time out period is ${String(cause.minutes)} minutes.`, isRolledBack: rolledBack(isSet("DEPLOYMENT_FAILURE")) };
    case "failed":
      return { status: "Failed", code: cause.code, message: cause.message, isRolledBack: rolledBack(isSet("DEPLOYMENT_FAILURE") && !isBeforeRollback(deployment.stage)) };
  }
}

/** Nothing has been changed yet, and a failure of BeforeInstall triggers no rollback. */
const isBeforeRollback = (stage: Stage): boolean => stage === "Created" || stage === "BeforeInstall";

const alarmText = (names: readonly string[]): string =>
  `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${names.map((name) => `<${name}>`).join(" ")}`;

/** Both sides of a rollback, in AWS's words. */
export const rollbackTexts = (failed: string, rollback: string): { readonly onFailed: string; readonly onRollback: string } => ({
  onFailed: `Deployment ${failed} terminated. Automatic rollback is triggered with a DeploymentId ${rollback}.`,
  onRollback: `Deployment ${rollback} is triggered to roll back deployment ${failed}.`,
});
