import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { checkForward, noteStickiness } from "./actions.ts";
import { listenerOf } from "./find.ts";
import { elbSignals } from "./signals.ts";
import { elbv2State, groupsOf, type ListenerAction, type TargetGroupRecord } from "./state.ts";

export interface Weight {
  readonly targetGroupArn: string;
  /** 0–999; what counts is its share of the sum. */
  readonly weight: number;
}

/** Where a listener sends requests; empty when it answers them itself. */
export const forwardOf = (parts: Parts, listenerArn: string): Weight[] => groupsOf(listenerOf(parts, listenerArn).action).map((group) => ({ ...group }));

/** Replaces the whole list, as ModifyListener does; the next request goes by it. */
export function setForward(parts: Parts, listenerArn: string, weights: readonly Weight[]): void {
  const { action } = listenerOf(parts, listenerArn);
  const stickiness = action.type === "forward" ? action.stickiness : { enabled: false };
  setAction(parts, listenerArn, { type: "forward", groups: weights.map(({ targetGroupArn, weight }) => ({ targetGroupArn, weight })), stickiness });
}

export function setAction(parts: Parts, listenerArn: string, action: ListenerAction): void {
  parts.get(balancer);
  const listener = listenerOf(parts, listenerArn);
  if (action.type === "forward") checkForward(parts, action.groups, listener.loadBalancerArn);
  noteStickiness(parts, action);
  listener.action = action;
  const names = new Map(elbv2State(parts).targetGroups.map(({ arn, name }) => [arn, name]));
  parts.timeline.add("load-balancer", "listener-action", {
    listener: listenerArn,
    port: listener.port,
    type: action.type,
    weights: Object.fromEntries(groupsOf(action).map(({ targetGroupArn, weight }) => [names.get(targetGroupArn) ?? targetGroupArn, weight])),
  });
  parts.get(elbSignals).listener.tell(listenerArn);
  parts.world.changed();
}

export const targetGroupByName = (parts: Parts, name: string): TargetGroupRecord | undefined => elbv2State(parts).targetGroups.find((group) => group.name === name);
