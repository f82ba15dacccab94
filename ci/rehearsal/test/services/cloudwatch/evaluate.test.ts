import { expect, it } from "vitest";
import { evaluate, evaluationRange, type Datapoint } from "../../../src/services/cloudwatch/evaluate.ts";
import { alarmTable, treatments } from "./alarm-table.ts";

/** As AWS's guide writes it, oldest first: 0 is below the threshold, X above it, - missing. */
const rangeOf = (row: string): (Datapoint | undefined)[] => row.split(" ").map((sign, index) => (sign === "-" ? undefined : { atMs: index, value: sign === "X" ? 1 : 0, isBreaching: sign === "X" }));

it.each(alarmTable)("%s with %i out of 3", (row, datapointsToAlarm, expected) => {
  expect(treatments.map((treatMissingData) => evaluate(rangeOf(row), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData }).state)).toEqual(expected);
});

it("looks at five periods for three, as the guide shows", () => {
  expect(evaluationRange(3)).toBe(5);
});
