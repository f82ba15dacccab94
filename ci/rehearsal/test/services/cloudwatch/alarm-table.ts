import type { AlarmState } from "../../../src/services/cloudwatch/state.ts";

export const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** The state stays what it was. */
export const keep = undefined;
const none = "INSUFFICIENT_DATA";

type Row = readonly [row: string, datapointsToAlarm: number, states: readonly [AlarmState | undefined, AlarmState | undefined, AlarmState | undefined, AlarmState | undefined]];

/**
 * As AWS's guide writes them, oldest first: 0 is below the threshold, X above it,
 * - missing; of three periods so many have to be over it. The states are those of
 * the four treatments of missing data.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const alarmTable: readonly Row[] = [
  // First table: 3 out of 3
  ["0 - X - X", 3, ["OK", "OK", "OK", "OK"]],
  ["0 - - - -", 3, ["OK", "OK", "OK", "OK"]],
  ["- - - - -", 3, [none, keep, "ALARM", "OK"]],
  ["0 X X - X", 3, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["- - X - -", 3, ["ALARM", keep, "ALARM", "OK"]],
  // Second table: 2 out of 3
  ["0 - X - X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 0 X 0 X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 - X - -", 2, ["OK", "OK", "ALARM", "OK"]],
  ["- - - - 0", 2, ["OK", "OK", "ALARM", "OK"]],
  ["- - - X -", 2, ["ALARM", keep, "ALARM", "OK"]],
  // Too young to be an alarm when there is nothing before it
  ["- - - - X", 3, [keep, keep, "ALARM", "OK"]],
  ["- - - - X", 2, [keep, keep, "ALARM", "OK"]],
];
