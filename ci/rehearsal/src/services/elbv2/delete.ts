import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { listenerOf } from "./find.ts";
import { elbSignals } from "./signals.ts";
import { elbv2State, listenersOf } from "./state.ts";

/** With its rules; it answers no longer. */
export function deleteListener(parts: Parts, arn: string): void {
  const listener = listenerOf(parts, arn);
  parts.get(balancer);
  const state = elbv2State(parts);
  state.listeners = state.listeners.filter((other) => other !== listener);
  state.rules = state.rules.filter(({ listenerArn }) => listenerArn !== arn);
  parts.timeline.add("load-balancer", "listener-deleted", { listener: arn, port: listener.port });
  parts.get(elbSignals).listener.tell(arn);
  parts.world.changed();
}

/** With its listeners; its target groups stay. One that is not there is gone already. */
export function deleteLoadBalancer(parts: Parts, arn: string): void {
  const state = elbv2State(parts);
  const found = state.loadBalancers.find((candidate) => candidate.arn === arn);
  if (found === undefined) return;
  if (found.attributes["deletion_protection.enabled"] === "true") throw new AwsError("OperationNotPermittedException", `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`);
  for (const listener of state.listeners.filter(({ loadBalancerArn }) => loadBalancerArn === arn)) deleteListener(parts, listener.arn);
  state.loadBalancers = state.loadBalancers.filter((other) => other !== found);
  parts.timeline.add("load-balancer", "deleted", { loadBalancer: arn });
  parts.world.changed();
}

/** With its targets. One that is not there is gone already. */
export function deleteTargetGroup(parts: Parts, arn: string): void {
  const state = elbv2State(parts);
  const found = state.targetGroups.find((candidate) => candidate.arn === arn);
  if (found === undefined) return;
  if (listenersOf(parts, arn).length > 0) throw new AwsError("ResourceInUseException", `Target group '${arn}' is currently in use by a listener or a rule`);
  state.targetGroups = state.targetGroups.filter((other) => other !== found);
  parts.timeline.add("load-balancer", "target-group-deleted", { targetGroup: found.name });
  parts.get(elbSignals).targets.tell(arn);
  parts.get(elbSignals).targetHealth.tell(arn);
  parts.world.changed();
}
