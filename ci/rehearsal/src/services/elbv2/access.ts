import type { Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import { requestTagKeys, resourceTagKeys, type TagKeys } from "../../iam/tag-keys.ts";
import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { readTags } from "./create.ts";
import { elbv2State } from "./state.ts";

/** What IAM checks: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */

/** On a resource, with the condition keys of the tags that it has. */
export function onElb(parts: Parts, action: string, arn = "*", context: TagKeys = {}): Access {
  const { loadBalancers, listeners, rules, targetGroups } = elbv2State(parts);
  const tags = [loadBalancers, listeners, rules, targetGroups].map((records: readonly { readonly arn: string; readonly tags: Record<string, string> }[]) => records.find((record) => record.arn === arn)).find((found) => found !== undefined)?.tags;
  return { action: `elasticloadbalancing:${action}`, resource: arn, context: { ...resourceTagKeys("elasticloadbalancing", tags), ...context } };
}

export const tagKeysOf = (tags: readonly Tag[] | undefined): TagKeys => requestTagKeys(readTags(tags));

/** `elasticloadbalancing:AddTags` with `elasticloadbalancing:CreateAction`, which AWS asks for as well when what is made gets tags. */
export function tagging(createAction: string, resource: string, tags: readonly Tag[] | undefined): Access[] {
  const keys = tagKeysOf(tags);
  return Object.keys(keys).length === 0 ? [] : [{ action: "elasticloadbalancing:AddTags", resource, context: { ...keys, "elasticloadbalancing:CreateAction": createAction } }];
}

/** For what is below it: `listener/app/…/*` of a load balancer, `listener-rule/app/…/*` of a listener. */
export const below = (arn: string, kind: "listener" | "listener-rule"): string => `${arn.replace(/:(loadbalancer|listener)\//, `:${kind}/`)}/*`;
