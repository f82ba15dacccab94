import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { elbv2State, type ListenerRecord, type LoadBalancerRecord, type RuleRecord, type TargetGroupRecord } from "./state.ts";

/** The records by their ARNs; what is not there is AWS's error. */

export function loadBalancerOf(parts: Parts, arn: string): LoadBalancerRecord {
  const found = elbv2State(parts).loadBalancers.find((candidate) => candidate.arn === arn);
  if (found === undefined) throw new AwsError("LoadBalancerNotFoundException", `Load balancer '${arn}' not found`);
  return found;
}

export function targetGroupOf(parts: Parts, arn: string): TargetGroupRecord {
  const found = elbv2State(parts).targetGroups.find((candidate) => candidate.arn === arn);
  if (found === undefined) throw new AwsError("TargetGroupNotFoundException", `Target groups '${arn}' not found`);
  return found;
}

export function listenerOf(parts: Parts, arn: string): ListenerRecord {
  const found = elbv2State(parts).listeners.find((candidate) => candidate.arn === arn);
  if (found === undefined) throw new AwsError("ListenerNotFoundException", `Listener '${arn}' not found`);
  return found;
}

/** Not the default one of a listener, which cannot be changed as a rule. */
export function ruleOf(parts: Parts, arn: string): RuleRecord {
  const { listeners, rules } = elbv2State(parts);
  if (listeners.some(({ ruleArn }) => ruleArn === arn)) throw new AwsError("OperationNotPermittedException", `Default rule '${arn}' cannot be modified`);
  const found = rules.find((candidate) => candidate.arn === arn);
  if (found === undefined) throw new AwsError("RuleNotFoundException", `One or more rules not found`);
  return found;
}
