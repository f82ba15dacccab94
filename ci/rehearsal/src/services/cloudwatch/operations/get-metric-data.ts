import { GetMetricData$, type GetMetricDataInput, type GetMetricDataOutput, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import type { Parts } from "../../../parts.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { queriesOf } from "../alarm-input.ts";
import { checkQueries, evaluateQuery, periodOf } from "../queries.ts";
import { periodStarts } from "../series.ts";
import type { MetricQuery } from "../state.ts";

/** What AWS gives in one answer at most; there are no further pages here. */
const mostDatapoints = 100_800;

export const getMetricData = operation<GetMetricDataInput, GetMetricDataOutput>({
  schema: GetMetricData$,
  access: () => [{ action: "cloudwatch:GetMetricData", resource: "*" }],
  run({ MetricDataQueries = [], StartTime, EndTime, ScanBy }, { parts }) {
    const queries = queriesOf(MetricDataQueries);
    if (queries.length > 500) throw new AwsError("ValidationException", "The collection MetricDataQueries must not have a size greater than 500.");
    checkQueries(queries);
    const [startMs, endMs] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0];
    if (startMs >= endMs) throw new AwsError("ValidationException", "The parameter StartTime must be less than the parameter EndTime.");
    return { MetricDataResults: queries.filter(({ ReturnData }) => ReturnData !== false).map((query) => resultOf(parts, query, queries, startMs, endMs, ScanBy !== "TimestampAscending")), Messages: [] };
  },
});

function resultOf(parts: Parts, query: MetricQuery, queries: readonly MetricQuery[], startMs: number, endMs: number, isDescending: boolean): MetricDataResult {
  const periodMs = (periodOf(query.Id, queries) ?? 60) * 1000;
  const first = Math.floor(startMs / periodMs) * periodMs;
  const periods = { startMs: first, periodMs, count: Math.ceil((endMs - first) / periodMs) };
  if (periods.count > mostDatapoints) throw new AwsError("ValidationException", `You have requested ${periods.count} datapoints of ${query.Id}, which exceeds the limit of ${mostDatapoints}. Use a longer period or a shorter time.`);
  const values = evaluateQuery(parts, query.Id, queries, periods);
  const points = periodStarts(periods).flatMap((atMs, index) => (values[index] === undefined ? [] : [{ at: new Date(atMs), value: values[index] }]));
  if (isDescending) points.reverse();
  return { Id: query.Id, Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id, Timestamps: points.map(({ at }) => at), Values: points.map(({ value }) => value), StatusCode: "Complete" };
}
