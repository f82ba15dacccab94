import { DescribeTargetGroupAttributes$, type DescribeTargetGroupAttributesInput, type DescribeTargetGroupAttributesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { targetGroupOf } from "../find.ts";
import { showAttributes } from "../show.ts";

export const describeTargetGroupAttributes = operation<DescribeTargetGroupAttributesInput, DescribeTargetGroupAttributesOutput>({
  schema: DescribeTargetGroupAttributes$,
  access: () => [{ action: "elasticloadbalancing:DescribeTargetGroupAttributes", resource: "*" }],
  run: ({ TargetGroupArn }, { parts }) => ({ Attributes: showAttributes(targetGroupOf(parts, TargetGroupArn ?? "").attributes) }),
});
