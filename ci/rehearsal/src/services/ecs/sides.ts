import type { Side } from "../../load-balancer/sides.ts";
import type { Parts } from "../../parts.ts";
import { ecsState } from "./state.ts";

/** Which side of a deployment the task with that address is on; none when its task set is on its way out. */
export function sideOf(parts: Parts, address: string): Side | undefined {
  const { tasks, taskSets } = ecsState(parts);
  const task = tasks.findLast((candidate) => candidate.address === address && candidate.status !== "STOPPED");
  const taskSet = taskSets.find(({ arn }) => arn === task?.taskSetArn);
  if (taskSet === undefined || taskSet.status === "DRAINING") return undefined;
  const siblings = taskSets.filter(({ serviceArn, status }) => serviceArn === taskSet.serviceArn && status !== "DRAINING");
  // The newest is the candidate, also when it is primary already and the old one is still there to go back to.
  return siblings.length > 1 && siblings.at(-1) === taskSet ? "candidate" : "current";
}
