import { DescribeTargetGroups$, type DescribeTargetGroupsInput, type DescribeTargetGroupsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { loadBalancerOf, targetGroupOf } from "../find.ts";
import { showTargetGroup } from "../show.ts";
import { elbv2State, listenersOf, type TargetGroupRecord } from "../state.ts";

/** All on one page. */
export const describeTargetGroups = operation<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>({
  schema: DescribeTargetGroups$,
  access: () => [{ action: "elasticloadbalancing:DescribeTargetGroups", resource: "*" }],
  run(input, { parts }) {
    const all = elbv2State(parts).targetGroups;
    const chosen = (): readonly TargetGroupRecord[] => {
      if (input.TargetGroupArns !== undefined && input.TargetGroupArns.length > 0) return input.TargetGroupArns.map((arn) => targetGroupOf(parts, arn));
      if (input.Names !== undefined && input.Names.length > 0) {
        const names = new Set(input.Names);
        const found = all.filter(({ name }) => names.has(name));
        if (found.length < names.size) throw new AwsError("TargetGroupNotFoundException", "One or more target groups not found");
        return found;
      }
      if (input.LoadBalancerArn === undefined) return all;
      const { arn } = loadBalancerOf(parts, input.LoadBalancerArn);
      return all.filter((group) => listenersOf(parts, group.arn).some(({ loadBalancerArn }) => loadBalancerArn === arn));
    };
    return { TargetGroups: chosen().map((group) => showTargetGroup(parts, group)) };
  },
});
