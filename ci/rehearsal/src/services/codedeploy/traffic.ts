import { AwsError } from "../../protocol/aws-error.ts";
import { authoriseRole, elbRefused, type Run } from "./run.ts";

/** Gives the candidate so much of the production traffic, and the rest to blue. */
export function weighProduction(run: Run, candidatePercent: number): void {
  const { cloud, deployment, parts } = run;
  const { blue, green, settings } = deployment;
  if (blue === undefined || green === undefined) return;
  setForward(run, settings.prodListenerArn, [
    { targetGroupArn: green.targetGroupArn, weight: candidatePercent },
    { targetGroupArn: blue.targetGroupArn, weight: 100 - candidatePercent },
  ]);
  cloud.tellCandidateTraffic(candidatePercent);
  parts.timeline.add("codedeploy", "traffic-shifted", { deployment: deployment.id, listener: settings.prodListenerArn, candidatePercent });
}

/** Points the test listener, where there is one, at a side. */
export function pointTestListener(run: Run, side: "blue" | "green"): void {
  const { testListenerArn } = run.deployment.settings;
  const target = run.deployment[side];
  if (testListenerArn === undefined || target === undefined) return;
  setForward(run, testListenerArn, [{ targetGroupArn: target.targetGroupArn, weight: 1 }]);
}

function setForward(run: Run, listenerArn: string, weights: readonly { readonly targetGroupArn: string; readonly weight: number }[]): void {
  authoriseRole(run, "AmazonElasticLoadBalancingV2", [
    { action: "elasticloadbalancing:DescribeListeners", resource: "*" },
    { action: "elasticloadbalancing:DescribeRules", resource: "*" },
    ...routesOf(run, listenerArn, weights).map((resource) => ({ action: `elasticloadbalancing:${resource.includes(":listener-rule/") ? "ModifyRule" : "ModifyListener"}`, resource })),
  ]);
  try {
    run.cloud.setForward(listenerArn, weights);
  } catch (error) {
    throw error instanceof AwsError ? elbRefused(error.message) : error;
  }
}

/** The listener itself, or the rules of it that lead to the groups. */
function routesOf({ cloud }: Run, listenerArn: string, weights: readonly { readonly targetGroupArn: string }[]): readonly string[] {
  const routes = cloud.routesTo(listenerArn, weights.map(({ targetGroupArn }) => targetGroupArn));
  return routes.length === 0 ? [listenerArn] : routes;
}
