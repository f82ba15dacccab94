import { GetMetricStatistics$, type Datapoint, type GetMetricStatisticsInput, type GetMetricStatisticsOutput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { asRecord } from "../alarm-input.ts";
import { findMetric } from "../metrics.ts";
import { periodStarts, seriesOf, type Series } from "../series.ts";
import { isPercentile } from "../statistics.ts";

export const getMetricStatistics = operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
  schema: GetMetricStatistics$,
  access: () => [{ action: "cloudwatch:GetMetricStatistics", resource: "*" }],
  run({ Namespace = "", MetricName = "", Dimensions, StartTime, EndTime, Period = 0, Statistics = [], ExtendedStatistics = [], Unit }, { parts }) {
    const [startMs, endMs, periodMs] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0, Period * 1000];
    if (Statistics.length + ExtendedStatistics.length === 0) throw new AwsError("InvalidParameterCombinationException", "At least one of the parameters Statistics and ExtendedStatistics must be specified.");
    const wrong = ExtendedStatistics.find((statistic) => !isPercentile(statistic));
    if (wrong !== undefined) throw new AwsError("InvalidParameterValueException", `The value ${wrong} for parameter ExtendedStatistics is not supported: the rehearsal has percentiles from p0 to p100.`);
    if (startMs >= endMs) throw new AwsError("InvalidParameterValueException", "The parameter StartTime must be less than the parameter EndTime.");
    if (![1, 5, 10, 20, 30].includes(Period) && (Period < 60 || Period % 60 !== 0)) throw new AwsError("InvalidParameterValueException", "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
    const first = Math.floor(startMs / periodMs) * periodMs;
    const periods = { startMs: first, periodMs, count: Math.ceil((endMs - first) / periodMs) };
    if (periods.count > 1440) throw new AwsError("InvalidParameterCombinationException", `You have requested up to ${periods.count} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`);
    const name = { namespace: Namespace, metricName: MetricName, dimensions: asRecord(Dimensions) };
    const unit = findMetric(parts, name)?.unit ?? "None";
    const series = new Map<string, Series>([...Statistics, ...ExtendedStatistics].map((statistic) => [statistic, seriesOf(parts, name, statistic, periods, Unit)]));
    const datapoints = periodStarts(periods).flatMap((atMs, index): Datapoint[] => {
      const at = (statistic: string): number | undefined => series.get(statistic)?.[index];
      if (![...series.keys()].some((statistic) => at(statistic) !== undefined)) return [];
      const extended = ExtendedStatistics.flatMap((statistic) => (at(statistic) === undefined ? [] : [[statistic, at(statistic) ?? 0] as const]));
      return [
        {
          Timestamp: new Date(atMs),
          ...Object.fromEntries(Statistics.map((statistic) => [statistic, at(statistic)])),
          ...(extended.length === 0 ? {} : { ExtendedStatistics: Object.fromEntries(extended) }),
          Unit: unit as NonNullable<Datapoint["Unit"]>,
        },
      ];
    });
    return { Label: MetricName, Datapoints: datapoints };
  },
});
