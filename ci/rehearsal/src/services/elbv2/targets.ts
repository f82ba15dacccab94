import { balancer } from "../../load-balancer/balancer.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { targetGroupOf } from "./find.ts";
import { initialState } from "./health-state.ts";
import { elbSignals } from "./signals.ts";
import type { TargetGroupRecord, TargetRecord } from "./state.ts";

export interface TargetAddress {
  /** A private address of the rehearsal's network. */
  readonly id: string;
  readonly port: number;
}

export interface TargetHealth extends TargetAddress {
  readonly state: TargetRecord["state"];
  readonly reason?: string;
  readonly description?: string;
}

/** Puts them in the group, or back in it when they are draining. One that is there already stays as it is. */
export function registerTargets(parts: Parts, targetGroupArn: string, targets: readonly (TargetAddress & { readonly zone: string })[]): void {
  parts.get(balancer);
  const group = targetGroupOf(parts, targetGroupArn);
  for (const { id, port, zone } of targets) {
    if (group.targetType === "ip" && !/^\d{1,3}(\.\d{1,3}){3}$/.test(id)) throw new AwsError("ValidationError", `The IP address '${id}' is not a valid IPv4 address`);
    if (group.targetType === "instance") throw new AwsError("InvalidTargetException", `The rehearsal has no instances: '${id}' cannot be registered. Fargate's tasks need a target group whose target type is ip.`);
    const known = find(group, { id, port });
    if (known !== undefined && known.state !== "draining") continue;
    group.targets = group.targets.filter((target) => target !== known);
    group.targets.push({ id, port, zone, registeredMs: parts.clock.now(), successes: 0, failures: 0, ...initialState(parts, group) });
    parts.timeline.add("load-balancer", "target-registered", { targetGroup: group.name, target: `${id}:${String(port)}`, zone });
  }
  tell(parts, targetGroupArn);
}

/** They get no new requests from now on, and are gone after the group's deregistration delay. */
export function deregisterTargets(parts: Parts, targetGroupArn: string, targets: readonly TargetAddress[]): void {
  parts.get(balancer);
  const group = targetGroupOf(parts, targetGroupArn);
  for (const address of targets) {
    const target = find(group, address);
    if (target === undefined || target.state === "draining") continue;
    const isUsed = target.state !== "unused";
    const delaySeconds = isUsed ? Number(group.attributes["deregistration_delay.timeout_seconds"]) : 0;
    Object.assign(target, { state: "draining", reason: "Target.DeregistrationInProgress", description: "Target deregistration is in progress", goneMs: parts.clock.now() + delaySeconds * 1000 } satisfies Partial<TargetRecord>);
    parts.timeline.add("load-balancer", "target-draining", { targetGroup: group.name, target: `${target.id}:${String(target.port)}`, seconds: delaySeconds });
  }
  tell(parts, targetGroupArn);
}

export const targetHealth = (parts: Parts, targetGroupArn: string): TargetHealth[] =>
  targetGroupOf(parts, targetGroupArn).targets.map(({ id, port, state, reason, description }) => ({ id, port, state, ...(reason !== undefined && { reason }), ...(description !== undefined && { description }) }));

/** Told after a target of the group came, went, or got into another state. */
export const onTargetHealth = (parts: Parts, listener: (targetGroupArn: string) => void): (() => void) => parts.get(elbSignals).targetHealth.subscribe(listener);

const find = (group: TargetGroupRecord, { id, port }: TargetAddress): TargetRecord | undefined => group.targets.find((target) => target.id === id && target.port === port);

function tell(parts: Parts, targetGroupArn: string): void {
  parts.get(elbSignals).targets.tell(targetGroupArn);
  parts.get(elbSignals).targetHealth.tell(targetGroupArn);
  parts.world.changed();
}
