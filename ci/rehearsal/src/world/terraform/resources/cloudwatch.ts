import { callOperation, type Importer } from "../importer.ts";
import { given, type Values } from "../values.ts";

const common = ["alarm_name", "alarm_description", "actions_enabled", "alarm_actions", "ok_actions", "insufficient_data_actions"];

const commonOf = (values: Values): object =>
  given({
    AlarmName: values.text("alarm_name"),
    AlarmDescription: values.maybeText("alarm_description"),
    ActionsEnabled: values.flag("actions_enabled"),
    AlarmActions: values.texts("alarm_actions"),
    OKActions: values.texts("ok_actions"),
    InsufficientDataActions: values.texts("insufficient_data_actions"),
  });

export const cloudwatch: Readonly<Record<string, Importer>> = {
  aws_cloudwatch_metric_alarm: {
    uses: [...common, "comparison_operator", "evaluation_periods", "datapoints_to_alarm", "threshold", "treat_missing_data", "metric_name", "namespace", "period", "statistic", "extended_statistic", "unit", "dimensions", "metric_query", "threshold_metric_id", "evaluate_low_sample_count_percentiles"],
    async create(values, parts) {
      const queries = values.blocks("metric_query").map(queryOf);
      const dimensions = dimensionsOf(values);
      await callOperation(parts, "monitoring", "PutMetricAlarm", given({
        ...commonOf(values),
        ComparisonOperator: values.text("comparison_operator"),
        EvaluationPeriods: values.number("evaluation_periods"),
        DatapointsToAlarm: values.number("datapoints_to_alarm"),
        Threshold: values.number("threshold"),
        ThresholdMetricId: values.maybeText("threshold_metric_id"),
        TreatMissingData: values.maybeText("treat_missing_data"),
        EvaluateLowSampleCountPercentile: values.maybeText("evaluate_low_sample_count_percentiles"),
        MetricName: values.maybeText("metric_name"),
        Namespace: values.maybeText("namespace"),
        Period: values.number("period"),
        Statistic: values.maybeText("statistic"),
        ExtendedStatistic: values.maybeText("extended_statistic"),
        Unit: values.maybeText("unit"),
        Dimensions: dimensions.length === 0 ? undefined : dimensions,
        Metrics: queries.length === 0 ? undefined : queries,
      }));
      return attributesOf(values, parts.world.arn("cloudwatch", `alarm:${values.text("alarm_name")}`));
    },
  },
  aws_cloudwatch_composite_alarm: {
    uses: [...common, "alarm_rule"],
    async create(values, parts) {
      await callOperation(parts, "monitoring", "PutCompositeAlarm", { ...commonOf(values), AlarmRule: values.text("alarm_rule") });
      return attributesOf(values, parts.world.arn("cloudwatch", `alarm:${values.text("alarm_name")}`));
    },
  },
};

const attributesOf = (values: Values, arn: string): object & Record<string, string> => ({ id: values.text("alarm_name"), alarm_name: values.text("alarm_name"), arn });

const dimensionsOf = (values: Values): { Name: string; Value: string }[] => Object.entries(values.map("dimensions")).map(([Name, Value]) => ({ Name, Value }));

function queryOf(query: Values): object {
  const metric = query.block("metric");
  return given({
    Id: query.text("id"),
    Expression: query.maybeText("expression"),
    Label: query.maybeText("label"),
    Period: query.number("period"),
    ReturnData: query.flag("return_data") ?? false,
    MetricStat: metric && given({ Metric: { Namespace: metric.text("namespace"), MetricName: metric.text("metric_name"), Dimensions: dimensionsOf(metric) }, Period: metric.number("period"), Stat: metric.text("stat"), Unit: metric.maybeText("unit") }),
  });
}
