import type { Run, Step } from "../run.ts";
import { makePrimary, removeTaskSet } from "../task-sets.ts";
import { pointTestListener, weighProduction } from "../traffic.ts";
import { findSides, removeOthers } from "./sides.ts";

/** From CreateDeployment to InProgress, and a rollback's whole length. */
export const shortMs = 2000;

/** All traffic on blue, which is primary; then nothing of green, nor of an earlier deployment that was stopped as it was. */
export function rollBack(run: Run): Step {
  const { deployment, parts } = run;
  if (deployment.shiftsDone === 0) {
    if (deployment.blue === undefined) findLeftOvers(run);
    weighProduction(run, 0);
    pointTestListener(run, "blue");
    makePrimary(run, deployment.blue?.taskSetArn);
    removeTaskSet(run, deployment.green?.taskSetArn);
    if (deployment.blue !== undefined) removeOthers(run, deployment.blue.taskSetArn);
    deployment.shiftsDone = 1;
  }
  const untilMs = deployment.createdMs + shortMs;
  return parts.clock.now() >= untilMs ? "done" : { untilMs };
}

/** It was stopped before Install, so that nothing is its own; but what was there may not have been blue alone. */
function findLeftOvers(run: Run): void {
  const { cloud, deployment } = run;
  const service = cloud.findService(deployment.settings.clusterName, deployment.settings.serviceName);
  const taskSets = service === undefined ? [] : cloud.taskSetsOf(service.serviceArn);
  if (service === undefined || !taskSets.some(({ status }) => status === "ACTIVE")) return;
  deployment.clusterArn = service.clusterArn;
  deployment.serviceArn = service.serviceArn;
  findSides(run, taskSets);
}
