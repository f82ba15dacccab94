import { DescribeLoadBalancers$, type DescribeLoadBalancersInput, type DescribeLoadBalancersOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { loadBalancerOf } from "../find.ts";
import { showLoadBalancer } from "../show.ts";
import { elbv2State } from "../state.ts";

/** All on one page. */
export const describeLoadBalancers = operation<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>({
  schema: DescribeLoadBalancers$,
  access: () => [{ action: "elasticloadbalancing:DescribeLoadBalancers", resource: "*" }],
  run({ LoadBalancerArns, Names }, { parts }) {
    if (LoadBalancerArns !== undefined && LoadBalancerArns.length > 0) return { LoadBalancers: LoadBalancerArns.map((arn) => showLoadBalancer(loadBalancerOf(parts, arn))) };
    const all = elbv2State(parts).loadBalancers;
    const missing = Names?.filter((name) => !all.some((candidate) => candidate.name === name)) ?? [];
    if (missing.length > 0) throw new AwsError("LoadBalancerNotFoundException", `Load balancers '[${missing.join(", ")}]' not found`);
    return { LoadBalancers: all.filter(({ name }) => Names === undefined || Names.length === 0 || Names.includes(name)).map(showLoadBalancer) };
  },
});
