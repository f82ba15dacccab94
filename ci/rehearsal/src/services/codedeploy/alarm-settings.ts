import type { AlarmConfiguration, AutoRollbackConfiguration } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Alarms, AutoRollback } from "./state.ts";

/** Throws AwsError for what CodeDeploy refuses. */
export function alarmsOf(given: AlarmConfiguration | undefined): Alarms {
  const names = (given?.alarms ?? []).map(({ name }) => name ?? "");
  if (names.length > 10) throw new AwsError("AlarmsLimitExceededException", "The maximum number of alarms for a deployment group (10) was exceeded.");
  const refuse = (why: string): AwsError => new AwsError("InvalidAlarmConfigException", `The format of the alarm configuration is invalid. ${why}`);
  if (names.some((name) => name === "" || name.length > 255)) throw refuse("The name of an alarm has to have 1 to 255 characters.");
  if (new Set(names).size < names.length) throw refuse("The same alarm is there more than once.");
  const enabled = given?.enabled ?? false;
  if (enabled && names.length === 0) throw refuse("It is enabled, and has no alarms.");
  return { enabled, ignorePollAlarmFailure: given?.ignorePollAlarmFailure ?? false, names };
}

export function autoRollbackOf(given: AutoRollbackConfiguration | undefined): AutoRollback {
  const enabled = given?.enabled ?? false;
  const events = given?.events ?? [];
  if (enabled && events.length === 0) throw new AwsError("InvalidAutoRollbackConfigException", "The automatic rollback configuration was specified in an invalid format: it is enabled, and has no events.");
  return { enabled, events: [...new Set(events)] };
}
