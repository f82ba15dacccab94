import type { Parts } from "../../parts.ts";
import { stateOf } from "./find.ts";
import { stages } from "./lifecycle.ts";
import { outcomeOf, type Cause } from "./outcome.ts";
import { addRollback } from "./rollback.ts";
import { taskSetsOf } from "./shown-task-sets.ts";
import type { DeploymentRecord, EventRecord } from "./state.ts";

/** What a deployment's record says of its course. */

export function enter(parts: Parts, deployment: DeploymentRecord): void {
  const event = eventOf(deployment);
  if (event?.status !== "Pending") return;
  event.startMs = parts.clock.now();
  mark(parts, deployment, event, "InProgress");
}

export function leave(parts: Parts, deployment: DeploymentRecord): void {
  const event = eventOf(deployment);
  if (event === undefined) return;
  event.endMs = parts.clock.now();
  mark(parts, deployment, event, "Succeeded");
}

/** What is no lifecycle event, and yet what somebody looks at: it waits, for ContinueDeployment or until that time. */
export function tellWait({ timeline }: Parts, { id, stage, stageSinceMs, settings }: DeploymentRecord): void {
  if (stage !== "ReadyWait" && stage !== "TerminationWait") return;
  const minutes = stage === "ReadyWait" ? settings.ready.waitTimeInMinutes : settings.termination.terminationWaitTimeInMinutes;
  timeline.add("codedeploy", "waiting", { deployment: id, stage, until: new Date(stageSinceMs + minutes * 60_000).toISOString() });
}

export function succeed(parts: Parts, deployment: DeploymentRecord): void {
  end(parts, deployment, "Succeeded");
  const failedId = deployment.rollback?.rollbackTriggeringDeploymentId;
  const failed = stateOf(parts).deployments.find(({ id }) => id === failedId);
  if (failed !== undefined) failed.taskSets = [...taskSetsOf(parts, failed)];
}

/** Ends it early. Returns the deployment that rolls it back, if one does. */
export function conclude(parts: Parts, deployment: DeploymentRecord, cause: Cause): DeploymentRecord | undefined {
  const { status, code, message, isRolledBack } = outcomeOf(cause, deployment);
  deployment.error = { code, message };
  const current = eventOf(deployment);
  for (const event of deployment.events) {
    if (event === current && event.status === "InProgress") {
      event.endMs = parts.clock.now();
      event.diagnostics = (cause.kind === "failed" ? cause.diagnostics : undefined) ?? message;
      mark(parts, deployment, event, "Failed");
    } else if (event.status === "Pending") mark(parts, deployment, event, "Skipped");
  }
  const rollback = isRolledBack ? addRollback(parts, deployment) : undefined;
  end(parts, deployment, status);
  // Until the rollback is over its task sets are still changing.
  if (rollback !== undefined) delete deployment.taskSets;
  return rollback;
}

const eventOf = ({ events, stage }: DeploymentRecord): EventRecord | undefined => events.find(({ name }) => name === stages[stage].event);

function mark(parts: Parts, deployment: DeploymentRecord, event: EventRecord, status: EventRecord["status"]): void {
  event.status = status;
  deployment.updatedMs = parts.clock.now();
  parts.timeline.add("codedeploy", "lifecycle-event", { deployment: deployment.id, event: event.name, status, ...(event.diagnostics === undefined ? {} : { diagnostics: event.diagnostics }) });
}

function end(parts: Parts, deployment: DeploymentRecord, status: "Succeeded" | "Stopped" | "Failed"): void {
  deployment.status = status;
  deployment.completedMs = parts.clock.now();
  deployment.updatedMs = deployment.completedMs;
  deployment.taskSets = [...taskSetsOf(parts, deployment)];
  parts.timeline.add("codedeploy", "deployment", { deployment: deployment.id, status, ...(deployment.error ?? {}) });
}
