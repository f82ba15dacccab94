import * as client from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Service } from "../service.ts";
import { addTags } from "./operations/add-tags.ts";
import { createListenerOperation } from "./operations/create-listener.ts";
import { createLoadBalancerOperation } from "./operations/create-load-balancer.ts";
import { createTargetGroupOperation } from "./operations/create-target-group.ts";
import { deregisterTargetsOperation } from "./operations/deregister-targets.ts";
import { describeListeners } from "./operations/describe-listeners.ts";
import { describeLoadBalancers } from "./operations/describe-load-balancers.ts";
import { describeRules } from "./operations/describe-rules.ts";
import { describeTags } from "./operations/describe-tags.ts";
import { describeTargetGroupAttributes } from "./operations/describe-target-group-attributes.ts";
import { describeTargetGroups } from "./operations/describe-target-groups.ts";
import { describeTargetHealth } from "./operations/describe-target-health.ts";
import { modifyListener } from "./operations/modify-listener.ts";
import { modifyTargetGroupAttributes } from "./operations/modify-target-group-attributes.ts";
import { modifyTargetGroup } from "./operations/modify-target-group.ts";
import { registerTargetsOperation } from "./operations/register-targets.ts";

export const elbv2: Service = {
  name: "elasticloadbalancing",
  client,
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  operations: [
    addTags,
    createListenerOperation,
    createLoadBalancerOperation,
    createTargetGroupOperation,
    deregisterTargetsOperation,
    describeListeners,
    describeLoadBalancers,
    describeRules,
    describeTags,
    describeTargetGroupAttributes,
    describeTargetGroups,
    describeTargetHealth,
    modifyListener,
    modifyTargetGroup,
    modifyTargetGroupAttributes,
    registerTargetsOperation,
  ],
};
