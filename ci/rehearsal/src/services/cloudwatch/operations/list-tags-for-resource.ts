import { ListTagsForResource$, type ListTagsForResourceInput, type ListTagsForResourceOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { alarmByArn } from "../alarm-by-arn.ts";

export const listTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>({
  schema: ListTagsForResource$,
  access: ({ ResourceARN = "" }) => [{ action: "cloudwatch:ListTagsForResource", resource: ResourceARN }],
  run: ({ ResourceARN = "" }, { parts }) => ({ Tags: Object.entries(alarmByArn(parts, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) }),
});
