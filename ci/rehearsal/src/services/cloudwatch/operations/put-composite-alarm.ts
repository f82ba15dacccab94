import { PutCompositeAlarm$, type PutCompositeAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { commonOf } from "../alarm-input.ts";
import { createCompositeAlarm } from "../create.ts";

export const putCompositeAlarm = operation<PutCompositeAlarmInput, undefined>({
  schema: PutCompositeAlarm$,
  access: ({ AlarmName }, { world }) => [{ action: "cloudwatch:PutCompositeAlarm", resource: world.arn("cloudwatch", `alarm:${AlarmName ?? ""}`) }],
  run(input, { parts }) {
    if (input.ActionsSuppressor !== undefined) throw new AwsError("ValidationException", "The rehearsal has no ActionsSuppressor, as it runs no actions.");
    createCompositeAlarm(parts, { ...commonOf(input), rule: input.AlarmRule ?? "" });
    return undefined;
  },
});
