import { DisableAlarmActions$, type DisableAlarmActionsInput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { findAlarm } from "../alarms.ts";

/** Kept and shown; no action is ever run. */
export const disableAlarmActions = operation<DisableAlarmActionsInput, undefined>({
  schema: DisableAlarmActions$,
  access: ({ AlarmNames = [] }, { world }) => AlarmNames.map((name) => ({ action: "cloudwatch:DisableAlarmActions", resource: world.arn("cloudwatch", `alarm:${name}`) })),
  run({ AlarmNames = [] }, { parts }) {
    for (const alarm of AlarmNames.map((name) => findAlarm(parts, name))) if (alarm !== undefined) alarm.actionsEnabled = false;
    return undefined;
  },
});
