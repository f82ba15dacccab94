import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { targetGroupOf } from "./find.ts";
import { elbv2State, groupsOf, listenersOf, type ListenerAction, type ListenerRecord, type RuleRecord } from "./state.ts";

/** A listener's default action, from the API's form into ours and back. */
export function readAction(actions: readonly Action[] | undefined): ListenerAction {
  const [action, ...others] = actions ?? [];
  if (action === undefined) throw new AwsError("ValidationError", "At least one action must be specified");
  if (others.length > 0) throw new AwsError("TooManyActionsException", "The rehearsal takes one action of a listener or a rule: it does not authenticate.");
  switch (action.Type) {
    case "forward":
      return readForward(action);
    case "fixed-response":
      return { type: "fixed-response", status: action.FixedResponseConfig?.StatusCode ?? "503", contentType: action.FixedResponseConfig?.ContentType ?? "text/plain", body: action.FixedResponseConfig?.MessageBody ?? "" };
    case "redirect": {
      const { Protocol = "#{protocol}", Host = "#{host}", Port = "#{port}", Path = "/#{path}", Query = "#{query}", StatusCode = "HTTP_302" } = action.RedirectConfig ?? {};
      return { type: "redirect", protocol: Protocol, host: Host, port: Port, path: Path, query: Query, status: StatusCode };
    }
    default:
      throw new AwsError("InvalidLoadBalancerActionException", `The rehearsal's load balancer does not have the action ${action.Type ?? ""}: forward, fixed-response and redirect.`);
  }
}

function readForward({ TargetGroupArn, ForwardConfig }: Action): ListenerAction {
  const groups = (ForwardConfig?.TargetGroups ?? []).map((group) => ({ targetGroupArn: group.TargetGroupArn ?? "", weight: group.Weight ?? 1 }));
  const only = groups[0];
  if (TargetGroupArn !== undefined && only !== undefined && (groups.length > 1 || only.targetGroupArn !== TargetGroupArn)) throw new AwsError("ValidationError", "You cannot specify both a target group ARN and a ForwardConfig with different target groups");
  const seconds = ForwardConfig?.TargetGroupStickinessConfig?.DurationSeconds;
  const stickiness = { enabled: ForwardConfig?.TargetGroupStickinessConfig?.Enabled ?? false, ...(seconds !== undefined && { durationSeconds: seconds }) };
  if (seconds !== undefined && (seconds < 1 || seconds > 604_800)) throw new AwsError("ValidationError", `Target group stickiness duration '${String(seconds)}' must be between 1 and 604800`);
  return { type: "forward", groups: groups.length > 0 ? groups : TargetGroupArn === undefined ? [] : [{ targetGroupArn: TargetGroupArn, weight: 1 }], stickiness };
}

/** Throws AwsError for a forward that AWS would not take. */
export function checkForward(parts: Parts, groups: readonly { readonly targetGroupArn: string; readonly weight: number }[], loadBalancerArn: string): void {
  if (groups.length === 0) throw new AwsError("ValidationError", "A target group ARN must be specified");
  if (groups.length > 5) throw new AwsError("ValidationError", "A forward action can have at most 5 target groups");
  if (new Set(groups.map(({ targetGroupArn }) => targetGroupArn)).size < groups.length) throw new AwsError("ValidationError", "A target group can be in a forward action only once");
  for (const { targetGroupArn, weight } of groups) {
    targetGroupOf(parts, targetGroupArn);
    if (!Number.isInteger(weight) || weight < 0 || weight > 999) throw new AwsError("ValidationError", `Weight '${String(weight)}' must be between 0 and 999`);
    if (listenersOf(parts, targetGroupArn).some((other) => other.loadBalancerArn !== loadBalancerArn)) throw new AwsError("TargetGroupAssociationLimitException", `The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`);
  }
}

/** It is kept and shown, and no cookie is given: said so, for it changes who gets which version. */
export function noteStickiness(parts: Parts, action: ListenerAction): void {
  if (action.type === "forward" && action.stickiness.enabled) parts.timeline.add("load-balancer", "not-rehearsed", { what: "target group stickiness" });
}

/** What a listener does now. */
export function tellAction(parts: Parts, { arn, port, action }: ListenerRecord): void {
  parts.timeline.add("load-balancer", "listener-action", { listener: arn, port, type: action.type, weights: namedWeights(parts, action) });
}

/** What a rule does now. */
export function tellRule(parts: Parts, { arn, listenerArn, priority, action }: RuleRecord): void {
  parts.timeline.add("load-balancer", "rule-action", { rule: arn, listener: listenerArn, priority, type: action.type, weights: namedWeights(parts, action) });
}

function namedWeights(parts: Parts, action: ListenerAction): Record<string, number> {
  const names = new Map(elbv2State(parts).targetGroups.map(({ arn, name }) => [arn, name]));
  return Object.fromEntries(groupsOf(action).map(({ targetGroupArn, weight }) => [names.get(targetGroupArn) ?? targetGroupArn, weight]));
}

/** One target group alone stands twice in it, as AWS answers. */
export function showAction(action: ListenerAction): Action {
  switch (action.type) {
    case "forward": {
      const groups = groupsOf(action);
      const only = groups.length === 1 ? groups[0]?.targetGroupArn : undefined;
      return {
        Type: "forward",
        ...(only !== undefined && { TargetGroupArn: only }),
        ForwardConfig: {
          TargetGroups: groups.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight })),
          TargetGroupStickinessConfig: { Enabled: action.stickiness.enabled, ...(action.stickiness.durationSeconds !== undefined && { DurationSeconds: action.stickiness.durationSeconds }) },
        },
      };
    }
    case "fixed-response":
      return { Type: "fixed-response", FixedResponseConfig: { StatusCode: action.status, ContentType: action.contentType, MessageBody: action.body } };
    case "redirect":
      return { Type: "redirect", RedirectConfig: { Protocol: action.protocol, Host: action.host, Port: action.port, Path: action.path, Query: action.query, StatusCode: action.status } };
  }
}
