import { DeleteAlarms$, type DeleteAlarmsInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { alarmsSlice } from "../state.ts";

/** All or, when one is not there, none. */
export const deleteAlarms = operation<DeleteAlarmsInput, undefined>({
  schema: DeleteAlarms$,
  access: ({ AlarmNames = [] }, { world }) => AlarmNames.map((name) => ({ action: "cloudwatch:DeleteAlarms", resource: world.arn("cloudwatch", `alarm:${name}`) })),
  run({ AlarmNames = [] }, { parts }) {
    const slice = parts.world.slice(alarmsSlice);
    const unknown = AlarmNames.filter((name) => !slice.alarms.some((alarm) => alarm.name === name));
    if (unknown.length > 0) throw new AwsError("ResourceNotFound", `Alarms ${unknown.join(", ")} do not exist.`);
    slice.alarms = slice.alarms.filter(({ name }) => !AlarmNames.includes(name));
    for (const alarm of AlarmNames) parts.timeline.add("cloudwatch", "alarm-deleted", { alarm });
    return undefined;
  },
});
