import { expect, it } from "vitest";
import { evaluate, evaluationRange, type Datapoint } from "../../../src/services/cloudwatch/evaluate.ts";

/** As AWS's guide writes it, oldest first: 0 is below the threshold, X above it, - missing. */
const rangeOf = (row: string): (Datapoint | undefined)[] => row.split(" ").map((sign, index) => (sign === "-" ? undefined : { atMs: index, value: sign === "X" ? 1 : 0, isBreaching: sign === "X" }));

const keep = undefined;
const none = "INSUFFICIENT_DATA";
const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

it.each([
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, first table: 3 out of 3
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
] as const)("%s with %i out of 3", (row, datapointsToAlarm, expected) => {
  expect(treatments.map((treatMissingData) => evaluate(rangeOf(row), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData }).state)).toEqual(expected);
});

it("looks at five periods for three, as the guide shows", () => {
  expect(evaluationRange(3)).toBe(5);
});
