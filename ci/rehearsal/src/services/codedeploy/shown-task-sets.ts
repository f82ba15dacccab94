import type { Parts } from "../../parts.ts";
import { collaborators } from "./collaborators.ts";
import type { DeploymentRecord, ShownTaskSet } from "./state.ts";

/** Its two task sets as they are now; as they were at its end, once it has ended, save that what drained then is shown until it is empty. */
export function taskSetsOf(parts: Parts, deployment: DeploymentRecord): readonly ShownTaskSet[] {
  const { blue, green, serviceArn, settings } = deployment;
  if (deployment.taskSets !== undefined) return deployment.taskSets.map((taskSet) => (taskSet.status === "DRAINING" ? drained(parts, deployment, taskSet) : taskSet));
  if (serviceArn === undefined) return [];
  const cloud = parts.get(collaborators);
  const [first, second] = settings.targetGroups;
  const firstArn = cloud.targetGroupArn(first);
  const weights = cloud.forwardOf(settings.prodListenerArn, [blue, green].flatMap((side) => side?.targetGroupArn ?? []));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const all = cloud.taskSetsOf(serviceArn);
  const sides = [
    { label: "Blue", side: blue },
    { label: "Green", side: green },
  ] as const;
  return sides.flatMap(({ label, side }) => {
    const found = all.find(({ taskSetArn }) => taskSetArn === side?.taskSetArn);
    if (side === undefined || found === undefined) return [];
    const weight = weights.find(({ targetGroupArn }) => targetGroupArn === side.targetGroupArn)?.weight ?? 0;
    const { id, desiredCount, pendingCount, runningCount, status } = found;
    return [{ id, desiredCount, pendingCount, runningCount, status, trafficWeight: total === 0 ? 0 : (100 * weight) / total, targetGroup: side.targetGroupArn === firstArn ? first : second, label }];
  });
}

/** Wanted are none of its tasks; those that are ending still count, and none do once it is gone. */
function drained(parts: Parts, { serviceArn = "" }: DeploymentRecord, taskSet: ShownTaskSet): ShownTaskSet {
  const { pendingCount = 0, runningCount = 0 } = parts.get(collaborators).taskSetsOf(serviceArn).find(({ id }) => id === taskSet.id) ?? {};
  return { ...taskSet, desiredCount: 0, pendingCount, runningCount };
}
