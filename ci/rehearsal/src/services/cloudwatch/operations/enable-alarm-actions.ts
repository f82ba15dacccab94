import { EnableAlarmActions$, type EnableAlarmActionsInput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { findAlarm } from "../alarms.ts";

/** Kept and shown; no action is ever run. */
export const enableAlarmActions = operation<EnableAlarmActionsInput, undefined>({
  schema: EnableAlarmActions$,
  access: ({ AlarmNames = [] }, { world }) => AlarmNames.map((name) => ({ action: "cloudwatch:EnableAlarmActions", resource: world.arn("cloudwatch", `alarm:${name}`) })),
  run({ AlarmNames = [] }, { parts }) {
    for (const alarm of AlarmNames.map((name) => findAlarm(parts, name))) if (alarm !== undefined) alarm.actionsEnabled = true;
    return undefined;
  },
});
