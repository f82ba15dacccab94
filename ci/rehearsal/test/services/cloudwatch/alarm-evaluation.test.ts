import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmHistoryCommand, DescribeAlarmsCommand, PutCompositeAlarmCommand, PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand, type MetricAlarm, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { expect, it } from "vitest";
import type { VirtualClock } from "../../../src/clock/virtual-clock.ts";
import { faults } from "../../../src/faults/faults.ts";
import { alarmStates, onAlarm, type AlarmChange } from "../../../src/services/cloudwatch/alarms.ts";
import { putDatum } from "../../../src/services/cloudwatch/metrics.ts";
import { World } from "../../../src/world/world.ts";
import { startMs, startRehearsal } from "../../support/rehearsal.ts";

const minute = 60_000;
const alarm = { AlarmName: "errors", Namespace: "Test", MetricName: "Errors", Statistic: "Sum", Period: 60, EvaluationPeriods: 2, Threshold: 5, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching" } satisfies PutMetricAlarmCommandInput;

async function start(...alarms: PutMetricAlarmCommandInput[]) {
  const { rehearsal, clock, client } = await startRehearsal();
  const cloudwatch = new CloudWatchClient(client);
  for (const input of alarms) await cloudwatch.send(new PutMetricAlarmCommand(input));
  return { parts: rehearsal.parts, clock, cloudwatch, put: (value: number, metricName = "Errors") => { putDatum(rehearsal.parts, { namespace: "Test", metricName, dimensions: {}, value }); } };
}

const described = async (cloudwatch: CloudWatchClient, name = "errors"): Promise<MetricAlarm | undefined> => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];

async function eachMinute(clock: VirtualClock, values: readonly (number | undefined)[], put: (value: number) => void): Promise<void> {
  for (const value of values) {
    if (value !== undefined) put(value);
    await clock.advance(minute);
  }
}

it("begins without data, and says that nothing came", async () => {
  const { clock, cloudwatch } = await start({ ...alarm, TreatMissingData: "missing" });
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "INSUFFICIENT_DATA", StateReason: "Unchecked: Initial alarm creation" });
  await clock.advance(minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "INSUFFICIENT_DATA", StateReason: "Insufficient Data: 2 datapoints were unknown." });
});

it("goes to ALARM 73 s after the end of the second bad minute, with AWS's reason", async () => {
  const { parts, clock, cloudwatch, put } = await start(alarm);
  const changes: (AlarmChange & { at: number })[] = [];
  onAlarm(parts, (change) => changes.push({ ...change, at: clock.now() - startMs }));
  await eachMinute(clock, [6, 7, undefined, undefined], put);
  expect(changes.map(({ to, at }) => ({ to, at }))).toEqual([
    { to: "OK", at: 13_000 },
    { to: "ALARM", at: 2 * minute + 73_000 },
  ]);
  expect(await described(cloudwatch)).toMatchObject({
    StateReason: "Threshold Crossed: 2 out of the last 2 datapoints [7.0 (15/01/26 12:01:00), 6.0 (15/01/26 12:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
    StateTransitionedTimestamp: new Date(startMs + 2 * minute + 73_000),
  });
  expect(alarmStates(parts, ["errors", "unknown"])).toEqual([{ name: "errors", state: "ALARM" }]);
});

it("goes back to OK when what it measures does", async () => {
  const { clock, cloudwatch, put } = await start({ ...alarm, EvaluationPeriods: 1 });
  await eachMinute(clock, [6, 0, 0, 0], put);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "OK", StateReason: "Threshold Crossed: 1 out of the last 1 datapoints [0.0 (15/01/26 12:01:00)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition)." });
});

it("does with old points what it would otherwise make up: two bad minutes with a gap between", async () => {
  const { clock, cloudwatch, put } = await start(alarm);
  await eachMinute(clock, [6, undefined, 7, undefined, undefined], put);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM" });
});

it("needs M of N", async () => {
  const { clock, cloudwatch, put } = await start({ ...alarm, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  await eachMinute(clock, [6, 0, 7, 0, undefined], put);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM", StateReason: expect.stringContaining("2 out of the last 3 datapoints [7.0 (15/01/26 12:02:00), 6.0 (15/01/26 12:00:00)]") as unknown });
});

it("says how it treated what is missing", async () => {
  const { clock, cloudwatch } = await start({ ...alarm, TreatMissingData: "breaching" });
  await clock.advance(minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM", StateReason: "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching]." });
});

it.each([
  ["GreaterThanThreshold", 5, "OK"],
  ["GreaterThanOrEqualToThreshold", 5, "ALARM"],
  ["LessThanThreshold", 5, "OK"],
  ["LessThanThreshold", 4, "ALARM"],
  ["LessThanOrEqualToThreshold", 5, "ALARM"],
] as const)("%s: %d against 5 is %s", async (ComparisonOperator, value, state) => {
  const { clock, cloudwatch, put } = await start({ ...alarm, EvaluationPeriods: 1, ComparisonOperator });
  await eachMinute(clock, [value, undefined, undefined], put);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: state });
});

it("judges a percentile", async () => {
  const { clock, cloudwatch, put } = await start({ AlarmName: "errors", Namespace: "Test", MetricName: "Latency", ExtendedStatistic: "p99", Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" });
  for (let request = 0; request < 98; request += 1) put(0.1, "Latency");
  for (let request = 0; request < 2; request += 1) put(2, "Latency");
  await clock.advance(3 * minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM" });
});

it("looks at periods of five minutes each minute, and not at those of the wall clock", async () => {
  const { clock, cloudwatch, put } = await start({ ...alarm, Period: 300, EvaluationPeriods: 1 });
  await clock.advance(3 * minute);
  put(6);
  await clock.advance(minute + 73_000);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM" });
});

it("evaluates a share of errors by metric math; a minute without requests is missing", async () => {
  const metric = (Id: string, MetricName: string) => ({ Id, ReturnData: false, MetricStat: { Metric: { Namespace: "Test", MetricName }, Period: 60, Stat: "Sum" } });
  const { clock, cloudwatch, put } = await start({
    AlarmName: "errors", EvaluationPeriods: 2, Threshold: 10, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
    Metrics: [{ Id: "share", Expression: "IF(requests >= 20, 100 * FILL(bad, 0) / requests, 0)" }, metric("bad", "Errors"), metric("requests", "Requests")],
  });
  const run = async (bad: number, requests: number): Promise<void> => {
    for (let count = 0; count < bad; count += 1) put(1);
    for (let count = 0; count < requests; count += 1) put(1, "Requests");
    await clock.advance(minute);
  };
  await run(5, 10);
  await run(0, 100);
  await run(30, 100);
  await run(30, 100);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "OK" });
  await run(0, 0);
  await clock.advance(13_000);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM", StateReason: expect.stringContaining("[30.0 (15/01/26 12:03:00), 30.0 (15/01/26 12:02:00)]") as unknown });
});

it("evaluates an alarm of ten seconds each ten seconds", async () => {
  const { clock, cloudwatch } = await start({ ...alarm, Period: 10, EvaluationPeriods: 1 });
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Test", MetricData: [{ MetricName: "Errors", Value: 6, StorageResolution: 1, Timestamp: new Date(clock.now()) }] }));
  await clock.advance(24_000);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM" });
});

it("takes a state that is set, until the next evaluation comes to something else", async () => {
  const { clock, cloudwatch } = await start(alarm);
  await clock.advance(minute);
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "trying it out" }));
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM", StateReason: "trying it out" });
  await clock.advance(minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "OK" });
  const { AlarmHistoryItems = [] } = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: "errors", HistoryItemType: "StateUpdate" }));
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual(["Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK"]);
});

it("is in ALARM while a fault says so", async () => {
  const { parts, clock, cloudwatch } = await start(alarm);
  const fault = parts.get(faults).inject({ kind: "alarm", alarm: "errors", when: { afterMs: 30_000 } });
  await clock.advance(20_000);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "OK" });
  await clock.advance(minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "ALARM", StateReason: "A fault of the rehearsal says so, whatever its metric says." });
  parts.get(faults).remove(fault);
  await clock.advance(minute);
  expect(await described(cloudwatch)).toMatchObject({ StateValue: "OK" });
});

it("a composite alarm follows its children at once", async () => {
  const { parts, clock, cloudwatch } = await start(alarm, { ...alarm, AlarmName: "other" });
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "both", AlarmRule: 'ALARM("errors") AND NOT ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:other)' }));
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "above", AlarmRule: "ALARM(both) OR FALSE" }));
  await clock.advance(minute);
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "x" }));
  expect(alarmStates(parts, ["both", "above"]).map(({ state }) => state)).toEqual(["ALARM", "ALARM"]);
  const { CompositeAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["both"], AlarmTypes: ["CompositeAlarm"] }));
  expect(CompositeAlarms?.[0]?.StateReason).toBe("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors transitioned to ALARM at Thursday 15 January, 2026 12:01:00 UTC");
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "other", StateValue: "ALARM", StateReason: "x" }));
  expect(alarmStates(parts, ["both", "above"]).map(({ state }) => state)).toEqual(["OK", "OK"]);
});

it("has nothing going when there are no alarms, nor any more", async () => {
  const { clock, cloudwatch } = await start();
  await expect(clock.runUntil(() => false)).rejects.toThrow("nothing more is to happen");
  await cloudwatch.send(new PutMetricAlarmCommand(alarm));
  await clock.advance(minute);
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["errors"] }));
  await expect(clock.runUntil(() => false)).rejects.toThrow("nothing more is to happen");
});

it("goes on after a restart with the metrics, the states and the history that were saved", async () => {
  const { parts, clock, put } = await start(alarm);
  await eachMinute(clock, [6, 7], put);
  const next = await startRehearsal({ world: World.restore(JSON.parse(JSON.stringify(parts.world))) });
  await next.clock.advance(clock.now() - startMs + 73_000);
  expect(alarmStates(next.rehearsal.parts, ["errors"])).toEqual([{ name: "errors", state: "ALARM" }]);
});

it.each([0, 12, 30, 59])("a 2-of-2-minutes alarm fires 133 to 193 s after errors begin: at second %i of a minute", async (second) => {
  const { parts, clock, put } = await start(alarm);
  await clock.advance(minute + second * 1000);
  const beganMs = clock.now();
  let firedMs = 0;
  onAlarm(parts, ({ to }) => { if (to === "ALARM") firedMs = clock.now() - beganMs; });
  for (let passed = 0; passed < 240 && firedMs === 0; passed += 1) {
    for (let request = 0; request < 10; request += 1) put(1);
    await clock.advance(1000);
  }
  expect(firedMs).toBe((193 - second) * 1000);
});
