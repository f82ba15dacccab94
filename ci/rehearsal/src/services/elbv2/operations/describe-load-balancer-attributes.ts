import { DescribeLoadBalancerAttributes$, type DescribeLoadBalancerAttributesInput, type DescribeLoadBalancerAttributesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { loadBalancerOf } from "../find.ts";
import { showAttributes } from "../show.ts";

export const describeLoadBalancerAttributes = operation<DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput>({
  schema: DescribeLoadBalancerAttributes$,
  access: () => [{ action: "elasticloadbalancing:DescribeLoadBalancerAttributes", resource: "*" }],
  run: ({ LoadBalancerArn = "" }, { parts }) => ({ Attributes: showAttributes(loadBalancerOf(parts, LoadBalancerArn).attributes) }),
});
