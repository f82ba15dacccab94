import * as client from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Service } from "../service.ts";
import { addTags } from "./operations/add-tags.ts";
import { createListenerOperation } from "./operations/create-listener.ts";
import { createLoadBalancerOperation } from "./operations/create-load-balancer.ts";
import { createRuleOperation } from "./operations/create-rule.ts";
import { createTargetGroupOperation } from "./operations/create-target-group.ts";
import { deleteListenerOperation } from "./operations/delete-listener.ts";
import { deleteLoadBalancerOperation } from "./operations/delete-load-balancer.ts";
import { deleteRuleOperation } from "./operations/delete-rule.ts";
import { deleteTargetGroupOperation } from "./operations/delete-target-group.ts";
import { deregisterTargetsOperation } from "./operations/deregister-targets.ts";
import { describeListeners } from "./operations/describe-listeners.ts";
import { describeLoadBalancerAttributes } from "./operations/describe-load-balancer-attributes.ts";
import { describeLoadBalancers } from "./operations/describe-load-balancers.ts";
import { describeRules } from "./operations/describe-rules.ts";
import { describeTags } from "./operations/describe-tags.ts";
import { describeTargetGroupAttributes } from "./operations/describe-target-group-attributes.ts";
import { describeTargetGroups } from "./operations/describe-target-groups.ts";
import { describeTargetHealth } from "./operations/describe-target-health.ts";
import { modifyListener } from "./operations/modify-listener.ts";
import { modifyLoadBalancerAttributes } from "./operations/modify-load-balancer-attributes.ts";
import { modifyRuleOperation } from "./operations/modify-rule.ts";
import { modifyTargetGroupAttributes } from "./operations/modify-target-group-attributes.ts";
import { modifyTargetGroup } from "./operations/modify-target-group.ts";
import { registerTargetsOperation } from "./operations/register-targets.ts";
import { removeTags } from "./operations/remove-tags.ts";
import { setRulePrioritiesOperation } from "./operations/set-rule-priorities.ts";

export const elbv2: Service = {
  name: "elasticloadbalancing",
  client,
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  operations: [
    addTags,
    createListenerOperation,
    createLoadBalancerOperation,
    createRuleOperation,
    createTargetGroupOperation,
    deleteListenerOperation,
    deleteLoadBalancerOperation,
    deleteRuleOperation,
    deleteTargetGroupOperation,
    deregisterTargetsOperation,
    describeListeners,
    describeLoadBalancerAttributes,
    describeLoadBalancers,
    describeRules,
    describeTags,
    describeTargetGroupAttributes,
    describeTargetGroups,
    describeTargetHealth,
    modifyListener,
    modifyLoadBalancerAttributes,
    modifyRuleOperation,
    modifyTargetGroup,
    modifyTargetGroupAttributes,
    registerTargetsOperation,
    removeTags,
    setRulePrioritiesOperation,
  ],
};
