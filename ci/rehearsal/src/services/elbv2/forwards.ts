import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { checkForward, noteStickiness, tellAction } from "./actions.ts";
import { listenerOf } from "./find.ts";
import { elbSignals } from "./signals.ts";
import { setRuleAction } from "./rules.ts";
import { elbv2State, groupsOf, rulesOf, type ListenerAction, type ListenerRecord, type RuleRecord, type TargetGroupRecord } from "./state.ts";

export interface Weight {
  readonly targetGroupArn: string;
  /** 0–999; what counts is its share of the sum. */
  readonly weight: number;
}

/** A listener by its default action, and its rules in their order: those that forward to one of the groups. */
export function routesTo(parts: Parts, listenerArn: string, targetGroupArns: readonly string[]): (ListenerRecord | RuleRecord)[] {
  return [listenerOf(parts, listenerArn), ...rulesOf(parts, listenerArn)].filter(({ action }) => groupsOf(action).some(({ targetGroupArn }) => targetGroupArns.includes(targetGroupArn)));
}

/** Where a listener sends requests, by its default action or by the first of its routes that leads to one of `among`; empty when it answers them itself. */
export function forwardOf(parts: Parts, listenerArn: string, among: readonly string[] = []): Weight[] {
  const listener = listenerOf(parts, listenerArn);
  const [route = listener] = routesTo(parts, listenerArn, among);
  return groupsOf(route.action).map((group) => ({ ...group }));
}

/** Replaces the whole list of each route that leads to one of the groups, as ModifyListener and ModifyRule do; the next request goes by it. Where none does, the listener's own. */
export function setForward(parts: Parts, listenerArn: string, weights: readonly Weight[]): void {
  const routes = routesTo(parts, listenerArn, weights.map(({ targetGroupArn }) => targetGroupArn));
  for (const route of routes.length > 0 ? routes : [listenerOf(parts, listenerArn)]) {
    const stickiness = route.action.type === "forward" ? route.action.stickiness : { enabled: false };
    const action: ListenerAction = { type: "forward", groups: weights.map(({ targetGroupArn, weight }) => ({ targetGroupArn, weight })), stickiness };
    if ("listenerArn" in route) setRuleAction(parts, route, action);
    else setAction(parts, route.arn, action);
  }
}

export function setAction(parts: Parts, listenerArn: string, action: ListenerAction): void {
  parts.get(balancer);
  const listener = listenerOf(parts, listenerArn);
  if (action.type === "forward") checkForward(parts, action.groups, listener.loadBalancerArn);
  noteStickiness(parts, action);
  listener.action = action;
  tellAction(parts, listener);
  parts.get(elbSignals).listener.tell(listenerArn);
  parts.world.changed();
}

export const targetGroupByName = (parts: Parts, name: string): TargetGroupRecord | undefined => elbv2State(parts).targetGroups.find((group) => group.name === name);
