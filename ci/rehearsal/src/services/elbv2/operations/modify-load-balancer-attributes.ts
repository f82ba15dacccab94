import { ModifyLoadBalancerAttributes$, type ModifyLoadBalancerAttributesInput, type ModifyLoadBalancerAttributesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { changeLoadBalancerAttributes, readTags } from "../create.ts";
import { loadBalancerOf } from "../find.ts";
import { showAttributes } from "../show.ts";

export const modifyLoadBalancerAttributes = operation<ModifyLoadBalancerAttributesInput, ModifyLoadBalancerAttributesOutput>({
  schema: ModifyLoadBalancerAttributes$,
  access: ({ LoadBalancerArn }, parts) => [onElb(parts, "ModifyLoadBalancerAttributes", LoadBalancerArn)],
  run({ LoadBalancerArn = "", Attributes }, { parts }) {
    const loadBalancer = loadBalancerOf(parts, LoadBalancerArn);
    changeLoadBalancerAttributes(loadBalancer, readTags(Attributes));
    return { Attributes: showAttributes(loadBalancer.attributes) };
  },
});
