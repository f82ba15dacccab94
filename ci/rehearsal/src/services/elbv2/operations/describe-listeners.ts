import { DescribeListeners$, type DescribeListenersInput, type DescribeListenersOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { listenerOf, loadBalancerOf } from "../find.ts";
import { showListener } from "../show.ts";
import { elbv2State } from "../state.ts";

/** All on one page. */
export const describeListeners = operation<DescribeListenersInput, DescribeListenersOutput>({
  schema: DescribeListeners$,
  access: () => [{ action: "elasticloadbalancing:DescribeListeners", resource: "*" }],
  run({ ListenerArns, LoadBalancerArn }, { parts }) {
    if (ListenerArns !== undefined && ListenerArns.length > 0) return { Listeners: ListenerArns.map((arn) => showListener(listenerOf(parts, arn))) };
    if (LoadBalancerArn === undefined) throw new AwsError("ValidationError", "You must specify either listener ARNs or a load balancer ARN");
    const { arn } = loadBalancerOf(parts, LoadBalancerArn);
    return { Listeners: elbv2State(parts).listeners.filter(({ loadBalancerArn }) => loadBalancerArn === arn).map(showListener) };
  },
});
