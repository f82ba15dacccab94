import type { TaskSetView } from "../collaborators.ts";
import { authoriseRole, elbRefused, type Run, type Step } from "../run.ts";
import { removeTaskSet } from "../task-sets.ts";
import { weighProduction } from "../traffic.ts";
import { waitForHealthy } from "./wait-for-healthy.ts";

/** The primary task set is blue, and so is its target group, which has to be one of the two and behind the production listener. */
export function findSides(run: Run, taskSets: readonly TaskSetView[]): void {
  const { cloud, deployment } = run;
  const { prodListenerArn, targetGroups } = deployment.settings;
  authoriseRole(run, "AmazonElasticLoadBalancingV2", [
    { action: "elasticloadbalancing:DescribeTargetGroups", resource: "*" },
    { action: "elasticloadbalancing:DescribeListeners", resource: "*" },
  ]);
  const pair = targetGroups.map((name) => {
    const arn = cloud.targetGroupArn(name);
    if (arn === undefined) throw elbRefused(`Target group ${name} could not be found`);
    return arn;
  });
  const primary = taskSets.find(({ status }) => status === "PRIMARY");
  const blueArn = primary?.targetGroupArns.find((arn) => pair.includes(arn));
  const greenArn = pair.find((arn) => arn !== blueArn);
  const isBehind = cloud.forwardOf(prodListenerArn, pair).some(({ targetGroupArn }) => targetGroupArn === blueArn);
  if (primary === undefined || blueArn === undefined || greenArn === undefined || !isBehind) throw elbRefused("Primary taskset target group must be behind listener");
  deployment.blue = { taskSetArn: primary.taskSetArn, targetGroupArn: blueArn };
  deployment.green = { targetGroupArn: greenArn };
}

/** An earlier deployment that was stopped without a rollback has left its task set, and perhaps traffic on it. */
export function clearLeftOvers(run: Run, blue: { readonly taskSetArn: string; readonly targetGroupArn: string }): Step | undefined {
  const { cloud, deployment } = run;
  const hasOthers = cloud.forwardOf(deployment.settings.prodListenerArn, [blue.targetGroupArn]).some(({ targetGroupArn, weight }) => targetGroupArn !== blue.targetGroupArn && weight > 0);
  const wait = hasOthers ? waitForHealthy(run, "blue") : undefined;
  if (wait !== undefined) return wait;
  weighProduction(run, 0);
  removeOthers(run, blue.taskSetArn);
  return undefined;
}

/** All task sets that are not it. */
export function removeOthers(run: Run, keptArn: string): void {
  for (const { status, taskSetArn } of run.cloud.taskSetsOf(run.deployment.serviceArn ?? "")) if (taskSetArn !== keptArn && status === "ACTIVE") removeTaskSet(run, taskSetArn);
}
