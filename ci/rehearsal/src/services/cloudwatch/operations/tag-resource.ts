import { TagResource$, type TagResourceInput, type TagResourceOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { alarmByArn } from "../alarm-by-arn.ts";

export const tagResource = operation<TagResourceInput, TagResourceOutput>({
  schema: TagResource$,
  access: ({ ResourceARN = "" }) => [{ action: "cloudwatch:TagResource", resource: ResourceARN }],
  run({ ResourceARN = "", Tags = [] }, { parts }) {
    const { tags } = alarmByArn(parts, ResourceARN);
    for (const { Key = "", Value = "" } of Tags) tags[Key] = Value;
    return {};
  },
});
