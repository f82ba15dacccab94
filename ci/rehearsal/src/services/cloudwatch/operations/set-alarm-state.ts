import { SetAlarmState$, type SetAlarmStateInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { findAlarm, setState } from "../alarms.ts";

/** Only until the next evaluation comes to something else. */
export const setAlarmState = operation<SetAlarmStateInput, undefined>({
  schema: SetAlarmState$,
  access: ({ AlarmName }, { world }) => [{ action: "cloudwatch:SetAlarmState", resource: world.arn("cloudwatch", `alarm:${AlarmName ?? ""}`) }],
  run({ AlarmName = "", StateValue, StateReason = "", StateReasonData }, { parts }) {
    const alarm = findAlarm(parts, AlarmName);
    if (alarm === undefined) throw new AwsError("ResourceNotFound", `Could not find the alarm ${AlarmName}`);
    if (StateValue !== "OK" && StateValue !== "ALARM" && StateValue !== "INSUFFICIENT_DATA") throw new AwsError("ValidationException", `1 validation error detected: Value '${String(StateValue)}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`);
    if (StateReasonData !== undefined && !isJson(StateReasonData)) throw new AwsError("InvalidFormatFault", "StateReasonData was not syntactically valid JSON");
    setState(parts, alarm, { state: StateValue, reason: StateReason, ...(StateReasonData === undefined ? {} : { data: StateReasonData }) });
    return undefined;
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
