import type { Parts } from "../../parts.ts";
import { collaborators } from "./collaborators.ts";
import type { DeploymentRecord, ShownTaskSet } from "./state.ts";

/** Its two task sets as they are now; as they were at its end, once it has ended. */
export function taskSetsOf(parts: Parts, deployment: DeploymentRecord): readonly ShownTaskSet[] {
  const { blue, green, serviceArn, settings } = deployment;
  if (deployment.taskSets !== undefined) return deployment.taskSets;
  if (serviceArn === undefined) return [];
  const cloud = parts.get(collaborators);
  const [first, second] = settings.targetGroups;
  const firstArn = cloud.targetGroupArn(first);
  const weights = cloud.forwardOf(settings.prodListenerArn);
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
