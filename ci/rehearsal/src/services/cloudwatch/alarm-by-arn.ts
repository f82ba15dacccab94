import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { alarmsSlice, type AlarmRecord } from "./state.ts";

/** For the operations on tags, which take ARNs. */
export function alarmByArn(parts: Parts, arn: string): AlarmRecord {
  const alarm = parts.world.slice(alarmsSlice).alarms.find((candidate) => candidate.arn === arn);
  if (alarm === undefined) throw new AwsError("ResourceNotFoundException", `Resource ${arn} does not exist.`);
  return alarm;
}
