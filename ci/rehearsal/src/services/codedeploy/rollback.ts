import type { Parts } from "../../parts.ts";
import { stateOf } from "./find.ts";
import { courseOf } from "./course.ts";
import { eventsOf } from "./lifecycle.ts";
import { rollbackTexts } from "./outcome.ts";
import { allAtOnce } from "./predefined-configs.ts";
import type { DeploymentRecord } from "./state.ts";

/**
 * The second record by which CodeDeploy rolls a deployment back. It makes no new
 * task set: traffic goes back to blue, which was whole all the time. Once blue is
 * gone the deployment has succeeded, and the way back is a new deployment.
 */
export function addRollback(parts: Parts, failed: DeploymentRecord): DeploymentRecord {
  const id = parts.ids.deployment();
  const texts = rollbackTexts(failed.id, id);
  const now = parts.clock.now();
  const { applicationName, groupName, settings, alarms, hasOwnAlarms, autoRollback, previousRevision, clusterArn, serviceArn, blue, green } = failed;
  const rollback: DeploymentRecord = {
    id,
    applicationName,
    groupName,
    configName: allAtOnce,
    routing: { type: "AllAtOnce" },
    settings,
    alarms,
    hasOwnAlarms,
    autoRollback,
    revision: previousRevision,
    previousRevision: failed.revision,
    creator: "codeDeployRollback",
    status: "InProgress",
    createdMs: now,
    startedMs: now,
    updatedMs: now,
    rollback: { rollbackTriggeringDeploymentId: failed.id, rollbackMessage: texts.onRollback },
    stage: "Rollback",
    stageSinceMs: now,
    events: eventsOf("Rollback", courseOf(failed)).map((name) => ({ name, status: "Pending" })),
    clusterArn,
    serviceArn,
    blue,
    green,
    shiftsDone: 0,
    isContinued: false,
  };
  stateOf(parts).deployments.push(rollback);
  failed.rollback = { rollbackDeploymentId: id, rollbackMessage: texts.onFailed };
  parts.timeline.add("codedeploy", "rollback", { deployment: failed.id, rollback: id, events: rollback.events.map(({ name }) => name) });
  return rollback;
}
