import type { Parts } from "../../parts.ts";
import { listenerOf, loadBalancerOf, ruleOf, targetGroupOf } from "./find.ts";

/** Whatever has that ARN and can have tags. */
export function taggedOf(parts: Parts, arn: string): { tags: Record<string, string> } {
  if (arn.includes(":targetgroup/")) return targetGroupOf(parts, arn);
  if (arn.includes(":listener-rule/")) return ruleOf(parts, arn);
  return arn.includes(":listener/") ? listenerOf(parts, arn) : loadBalancerOf(parts, arn);
}
