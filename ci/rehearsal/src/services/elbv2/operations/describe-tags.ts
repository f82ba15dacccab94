import { DescribeTags$, type DescribeTagsInput, type DescribeTagsOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { showAttributes } from "../show.ts";
import { taggedOf } from "../tagged.ts";

export const describeTags = operation<DescribeTagsInput, DescribeTagsOutput>({
  schema: DescribeTags$,
  access: () => [{ action: "elasticloadbalancing:DescribeTags", resource: "*" }],
  run: ({ ResourceArns }, { parts }) => ({ TagDescriptions: (ResourceArns ?? []).map((arn) => ({ ResourceArn: arn, Tags: showAttributes(taggedOf(parts, arn).tags) })) }),
});
