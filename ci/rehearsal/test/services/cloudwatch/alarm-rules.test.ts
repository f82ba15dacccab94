import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand, DescribeAlarmsForMetricCommand, DisableAlarmActionsCommand, ListTagsForResourceCommand, PutCompositeAlarmCommand, PutMetricAlarmCommand, TagResourceCommand, type DescribeAlarmsCommandInput, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { startRehearsal } from "../../support/rehearsal.ts";

const bare = { AlarmName: "errors", EvaluationPeriods: 2, Threshold: 5, ComparisonOperator: "GreaterThanThreshold" } satisfies PutMetricAlarmCommandInput;
const alarm = { ...bare, Namespace: "Test", MetricName: "Errors", Statistic: "Sum", Period: 60 } satisfies PutMetricAlarmCommandInput;
const m1 = { Id: "m1", MetricStat: { Metric: { Namespace: "Test", MetricName: "Errors" }, Period: 60, Stat: "Sum" } };

const start = async () => new CloudWatchClient((await startRehearsal()).client);

describe("PutMetricAlarm refuses", () => {
  it.each<[string, PutMetricAlarmCommandInput, string, string | RegExp]>([
    ["neither MetricName nor Metrics", bare, "ValidationException", /MetricName must be specified/],
    ["both MetricName and Metrics", { ...alarm, Metrics: [m1] }, "InvalidParameterCombinationException", /Metrics and MetricName cannot be used together/],
    ["no Statistic", { ...bare, Namespace: "Test", MetricName: "Errors", Period: 60 }, "ValidationException", /Either Statistic or ExtendedStatistic/],
    ["both Statistic and ExtendedStatistic", { ...alarm, ExtendedStatistic: "p99" }, "InvalidParameterCombinationException", /cannot both/],
    ["a percentile over 100", { ...bare, Namespace: "Test", MetricName: "Errors", Period: 60, ExtendedStatistic: "p101" }, "InvalidParameterValueException", /p101/],
    ["a period of 45 s", { ...alarm, Period: 45 }, "ValidationException", /10, 20, 30 or a multiple of 60/],
    ["a period of 5 s", { ...alarm, Period: 5 }, "ValidationException", /10, 20, 30 or a multiple of 60/],
    ["no evaluation period", { ...alarm, EvaluationPeriods: 0 }, "ValidationException", /evaluationPeriods/],
    ["M over N", { ...alarm, DatapointsToAlarm: 3 }, "ValidationException", "DatapointsToAlarm must be less than or equal to EvaluationPeriods"],
    ["more than a day", { ...alarm, Period: 3600, EvaluationPeriods: 25 }, "ValidationException", /a day/],
    ["an unknown treatment of missing data", { ...alarm, TreatMissingData: "guess" }, "InvalidParameterValueException", /TreatMissingData/],
    ["anomaly detection", { ...alarm, ComparisonOperator: "GreaterThanUpperThreshold" }, "ValidationException", /no anomaly detection/],
    ["no threshold", { ...alarm, Threshold: undefined }, "ValidationException", /Threshold must be specified/],
    ["an action that is no ARN", { ...alarm, AlarmActions: ["mail"] }, "ValidationException", "Invalid arn syntax: mail"],
    ["nothing that returns data", { ...bare, Metrics: [{ ...m1, ReturnData: false }] }, "ValidationException", /Exactly one element of the metrics list should return data: 0 do/],
    ["two that return data", { ...bare, Metrics: [m1, { ...m1, Id: "m2" }] }, "ValidationException", /2 do/],
    ["two of one id", { ...bare, Metrics: [m1, m1] }, "ValidationException", /unique/],
    ["an id with a capital first", { ...bare, Metrics: [{ ...m1, Id: "M1" }] }, "ValidationException", /small letter/],
    ["an expression that does not parse", { ...bare, Metrics: [{ Id: "e1", Expression: "m1 +" }, { ...m1, ReturnData: false }] }, "ValidationException", "Error in expression 'e1': it ends too early."],
    ["an expression with an unknown id", { ...bare, Metrics: [{ Id: "e1", Expression: "m2 / m1" }, { ...m1, ReturnData: false }] }, "ValidationException", /m2 is not defined/],
    ["an expression that refers to itself", { ...bare, Metrics: [{ Id: "e1", Expression: "e2" }, { Id: "e2", Expression: "e1", ReturnData: false }] }, "ValidationException", /refers to itself/],
    ["different periods", { ...bare, Metrics: [m1, { ...m1, Id: "m2", ReturnData: false, MetricStat: { ...m1.MetricStat, Period: 300 } }] }, "ValidationException", /Period must be the same/],
  ])("%s", async (_what, input, name, message) => {
    const cloudwatch = await start();
    await expect(cloudwatch.send(new PutMetricAlarmCommand(input))).rejects.toMatchObject({ name });
    await expect(cloudwatch.send(new PutMetricAlarmCommand(input))).rejects.toThrow(message);
  });
});

describe("PutCompositeAlarm refuses", () => {
  it.each([
    ["a rule that ends too early", "ALARM(errors) AND", /syntax errors: it ends too early/],
    ["an unclosed bracket", "(ALARM(errors)", /a bracket is not closed/],
    ["another function", "BAD(errors)", /syntax errors: unexpected BAD/],
    ["an alarm that is not there", "ALARM(errors) OR OK(gone)", /alarms \[gone\] in the alarm rule do not exist/],
    ["a circle", "ALARM(self)", /circle: self -> self/],
  ])("%s", async (_what, AlarmRule, message) => {
    const cloudwatch = await start();
    await cloudwatch.send(new PutMetricAlarmCommand(alarm));
    await expect(cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "self", AlarmRule }))).rejects.toThrow(message);
  });
});

it("leaves composite alarms out unless AlarmTypes asks for them, and unknown names in silence", async () => {
  const cloudwatch = await start();
  await cloudwatch.send(new PutMetricAlarmCommand(alarm));
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "all", AlarmRule: "ALARM(errors)" }));
  const names = async (input: DescribeAlarmsCommandInput) => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand(input));
    return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
  };
  expect(await names({ AlarmNames: ["errors", "all", "gone"] })).toEqual(["errors"]);
  expect(await names({ AlarmNames: ["errors", "all", "gone"], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] })).toEqual(["errors", "all"]);
  expect(await names({ AlarmTypes: ["CompositeAlarm"] })).toEqual(["all"]);
  expect(await names({ ChildrenOfAlarmName: "all" })).toEqual(["errors"]);
  expect(await names({ StateValue: "ALARM" })).toEqual([]);
});

it("gives alarms page by page", async () => {
  const cloudwatch = await start();
  for (const AlarmName of ["a", "b", "c"]) await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName }));
  const first = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
  const second = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 2, NextToken: first.NextToken }));
  expect([first, second].map(({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName }) => AlarmName))).toEqual([["a", "b"], ["c"]]);
  expect(second.NextToken).toBeUndefined();
});

it("finds the alarms of a metric, and keeps tags and whether actions are enabled", async () => {
  const cloudwatch = await start();
  await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, Tags: [{ Key: "team", Value: "notes" }] }));
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ["errors"] }));
  const [found] = (await cloudwatch.send(new DescribeAlarmsForMetricCommand({ Namespace: "Test", MetricName: "Errors" }))).MetricAlarms ?? [];
  expect(found).toMatchObject({ AlarmName: "errors", ActionsEnabled: false });
  await cloudwatch.send(new TagResourceCommand({ ResourceARN: found?.AlarmArn, Tags: [{ Key: "stage", Value: "test" }] }));
  expect((await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: found?.AlarmArn }))).Tags).toEqual([{ Key: "team", Value: "notes" }, { Key: "stage", Value: "test" }]);
});

it("deletes all or none", async () => {
  const cloudwatch = await start();
  await cloudwatch.send(new PutMetricAlarmCommand(alarm));
  await expect(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["errors", "gone"] }))).rejects.toMatchObject({ name: "ResourceNotFound" });
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["errors"] }));
  expect((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
});
