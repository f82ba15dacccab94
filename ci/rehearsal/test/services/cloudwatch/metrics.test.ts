import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand, ListMetricsCommand, PutMetricDataCommand, type MetricDatum, type PutMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../src/services/cloudwatch/expression.ts";
import { calculate } from "../../../src/services/cloudwatch/math.ts";
import { startMs, startRehearsal } from "../../support/rehearsal.ts";

const at = (seconds: number): Date => new Date(startMs + seconds * 1000);
const start = async () => new CloudWatchClient((await startRehearsal()).client);
const put = async (cloudwatch: CloudWatchClient, ...MetricData: MetricDatum[]) => cloudwatch.send(new PutMetricDataCommand({ Namespace: "Test", MetricData }));

it("adds up what was put, in each of the forms that there are", async () => {
  const cloudwatch = await start();
  await put(cloudwatch, { MetricName: "m", Value: 1, Timestamp: at(0) }, { MetricName: "m", Values: [2, 3], Counts: [10, 1], Timestamp: at(59) }, { MetricName: "m", StatisticValues: { Sum: 40, SampleCount: 4, Minimum: 5, Maximum: 20 }, Timestamp: at(61) });
  const { Datapoints } = await cloudwatch.send(new GetMetricStatisticsCommand({ Namespace: "Test", MetricName: "m", Period: 60, StartTime: at(0), EndTime: at(120), Statistics: ["Sum", "SampleCount", "Average", "Minimum", "Maximum"] }));
  expect(Datapoints).toMatchObject([
    { Timestamp: at(0), Sum: 24, SampleCount: 12, Average: 2, Minimum: 1, Maximum: 3, Unit: "None" },
    { Timestamp: at(60), Sum: 40, SampleCount: 4, Average: 10, Minimum: 5, Maximum: 20 },
  ]);
});

it("gives percentiles, and none of statistic sets", async () => {
  const cloudwatch = await start();
  await put(cloudwatch, { MetricName: "m", Values: Array.from({ length: 100 }, (_, index) => index + 1), Timestamp: at(0) }, { MetricName: "n", StatisticValues: { Sum: 40, SampleCount: 4, Minimum: 5, Maximum: 20 }, Timestamp: at(0) });
  const ask = { Namespace: "Test", Period: 60, StartTime: at(0), EndTime: at(60), ExtendedStatistics: ["p50", "p99", "p99.9"] };
  expect((await cloudwatch.send(new GetMetricStatisticsCommand({ ...ask, MetricName: "m" }))).Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 50, p99: 99, "p99.9": 100 });
  expect((await cloudwatch.send(new GetMetricStatisticsCommand({ ...ask, MetricName: "n" }))).Datapoints).toEqual([]);
});

it("takes each combination of dimensions for a metric of its own, in any order", async () => {
  const cloudwatch = await start();
  const [a, b] = [{ Name: "A", Value: "1" }, { Name: "B", Value: "2" }];
  await put(cloudwatch, { MetricName: "m", Value: 1, Dimensions: [a, b] }, { MetricName: "m", Value: 2, Dimensions: [b, a] }, { MetricName: "m", Value: 4, Dimensions: [a] });
  expect((await cloudwatch.send(new ListMetricsCommand({ Namespace: "Test", Dimensions: [{ Name: "B" }] }))).Metrics).toEqual([{ Namespace: "Test", MetricName: "m", Dimensions: [a, b] }]);
  const { MetricDataResults } = await cloudwatch.send(new GetMetricDataCommand({ StartTime: at(0), EndTime: at(60), MetricDataQueries: [{ Id: "m1", MetricStat: { Metric: { Namespace: "Test", MetricName: "m", Dimensions: [b, a] }, Period: 60, Stat: "Sum" } }] }));
  expect(MetricDataResults).toMatchObject([{ Id: "m1", Label: "m", Values: [3], StatusCode: "Complete" }]);
});

it("gives metric math newest first, without the points that there are not", async () => {
  const cloudwatch = await start();
  await put(cloudwatch, { MetricName: "bad", Value: 1, Timestamp: at(0) }, { MetricName: "all", Value: 4, Timestamp: at(0) }, { MetricName: "all", Value: 5, Timestamp: at(120) });
  const metric = (Id: string) => ({ Id, ReturnData: false, MetricStat: { Metric: { Namespace: "Test", MetricName: Id }, Period: 60, Stat: "Sum" } });
  const { MetricDataResults } = await cloudwatch.send(new GetMetricDataCommand({ StartTime: at(0), EndTime: at(180), MetricDataQueries: [{ Id: "share", Label: "errors %", Expression: "100 * FILL(bad, 0) / all" }, { Id: "plain", Expression: "bad / all" }, metric("bad"), metric("all")] }));
  expect(MetricDataResults).toMatchObject([
    { Id: "share", Label: "errors %", Timestamps: [at(120), at(0)], Values: [0, 25] },
    { Id: "plain", Timestamps: [at(0)], Values: [0.25] },
  ]);
});

it("takes a compressed call, as the SDK sends a large one", async () => {
  const cloudwatch = await start();
  await put(cloudwatch, ...Array.from({ length: 500 }, (_, index) => ({ MetricName: "m", Value: index, Dimensions: [{ Name: "of", Value: "x".repeat(50) }] })));
  expect((await cloudwatch.send(new ListMetricsCommand({}))).Metrics).toHaveLength(1);
});

describe("PutMetricData refuses", () => {
  it.each<[string, PutMetricDataCommandInput, string]>([
    ["AWS's own namespaces", { Namespace: "AWS/ApplicationELB", MetricData: [{ MetricName: "m", Value: 1 }] }, "InvalidParameterValueException"],
    ["a datum without a value", { Namespace: "Test", MetricData: [{ MetricName: "m" }] }, "InvalidParameterCombinationException"],
    ["two forms at once", { Namespace: "Test", MetricData: [{ MetricName: "m", Value: 1, Values: [1] }] }, "InvalidParameterCombinationException"],
    ["counts that do not fit", { Namespace: "Test", MetricData: [{ MetricName: "m", Values: [1, 2], Counts: [1] }] }, "InvalidParameterValueException"],
    ["a time of three weeks ago", { Namespace: "Test", MetricData: [{ MetricName: "m", Value: 1, Timestamp: at(-21 * 86_400) }] }, "InvalidParameterValueException"],
    ["a number that is none", { Namespace: "Test", MetricData: [{ MetricName: "m", Value: NaN }] }, "SerializationException"],
  ])("%s", async (_what, input, name) => {
    await expect((await start()).send(new PutMetricDataCommand(input))).rejects.toMatchObject({ name });
  });
});

it.each([
  ["a + b * 2 - -1", [6, undefined, undefined]],
  ["(a + b) / 2", [1.5, undefined, undefined]],
  ["a / (a - 1)", [undefined, undefined, 1.5]],
  ["FILL(b, 0)", [2, 0, 0]],
  ["FILL(b, REPEAT)", [2, 2, 2]],
  ["IF(a > 1, a)", [undefined, undefined, 3]],
  ["IF(a == 1 AND 1, 10, 20)", [10, undefined, 20]],
  ["SUM([a, b])", [3, undefined, 3]],
  ["SUM(METRICS())", [3, undefined, 3]],
  ["MAX([a, 2])", [2, 2, 3]],
  ["AVG(a)", [2, 2, 2]],
  ["2 ^ 3", [8, 8, 8]],
])("%s", (text, expected) => {
  const series: Readonly<Record<string, (number | undefined)[]>> = { a: [1, undefined, 3], b: [2, undefined, undefined] };
  expect(calculate(parseExpression(text), { length: 3, lookUp: (id) => series[id] ?? [], metrics: () => Object.values(series) })).toEqual(expected);
});

it("names a function that it does not have", () => {
  expect(() => calculate(parseExpression("RATE(1)"), { length: 1, lookUp: () => [], metrics: () => [] })).toThrow("the rehearsal does not have the function RATE");
});
