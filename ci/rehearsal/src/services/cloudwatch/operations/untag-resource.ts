import { UntagResource$, type UntagResourceInput, type UntagResourceOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { alarmByArn } from "../alarm-by-arn.ts";

export const untagResource = operation<UntagResourceInput, UntagResourceOutput>({
  schema: UntagResource$,
  access: ({ ResourceARN = "" }) => [{ action: "cloudwatch:UntagResource", resource: ResourceARN }],
  run({ ResourceARN = "", TagKeys = [] }, { parts }) {
    const alarm = alarmByArn(parts, ResourceARN);
    alarm.tags = Object.fromEntries(Object.entries(alarm.tags).filter(([key]) => !TagKeys.includes(key)));
    return {};
  },
});
