import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { expect, it } from "vitest";
import { startMs, startRehearsal } from "../../support/rehearsal.ts";
import { alarmTable, treatments } from "./alarm-table.ts";

const minuteMs = 60_000;

/** A metric for each row, in the five minutes from the start on, and an alarm on it for each treatment. */
const rows = alarmTable.map(([row, datapointsToAlarm, states]) => ({ name: `${row.replaceAll(" ", "")} ${String(datapointsToAlarm)} of 3`, signs: row.split(" "), datapointsToAlarm, states }));

it.each(["OK", "ALARM"] as const)("every row of AWS's tables, by real calls, with all that was in %s before", async (before) => {
  const { client, clock } = await startRehearsal();
  const cloudwatch = new CloudWatchClient(client);
  // The minutes are over, and the last of them is old enough to count.
  await clock.advance(6 * minuteMs);
  for (const { datapointsToAlarm, name, signs } of rows) {
    const MetricData = signs.flatMap((sign, index) => (sign === "-" ? [] : [{ MetricName: name, Timestamp: new Date(startMs + index * minuteMs), Value: sign === "X" ? 9 : 1 }]));
    if (MetricData.length > 0) await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Test", MetricData }));
    for (const TreatMissingData of treatments) {
      const AlarmName = `${name}, ${TreatMissingData}`;
      await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, Namespace: "Test", MetricName: name, Statistic: "Sum", Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: datapointsToAlarm, Threshold: 5, ComparisonOperator: "GreaterThanThreshold", TreatMissingData }));
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: before, StateReason: "a test" }));
    }
  }
  await clock.advance(13_000);
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
  const states = new Map(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
  expect(Object.fromEntries(rows.map(({ name }) => [name, treatments.map((treatment) => states.get(`${name}, ${treatment}`))]))).toEqual(Object.fromEntries(rows.map(({ name, states: expected }) => [name, expected.map((state) => state ?? before)])));
});
