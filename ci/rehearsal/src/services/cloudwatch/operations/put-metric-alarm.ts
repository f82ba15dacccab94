import { PutMetricAlarm$, type PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { commonOf, comparisonOf, dimensionsOf, queriesOf, treatmentOf } from "../alarm-input.ts";
import { createMetricAlarm } from "../create.ts";

export const putMetricAlarm = operation<PutMetricAlarmInput, undefined>({
  schema: PutMetricAlarm$,
  access: ({ AlarmName }, { world }) => [{ action: "cloudwatch:PutMetricAlarm", resource: world.arn("cloudwatch", `alarm:${AlarmName ?? ""}`) }],
  run(input, { parts }) {
    if (input.EvaluationPeriods === undefined) throw new AwsError("ValidationException", "The parameter EvaluationPeriods must be specified.");
    if (input.Threshold === undefined) throw new AwsError("ValidationException", "The parameter Threshold must be specified: the rehearsal has no anomaly detection.");
    createMetricAlarm(parts, {
      ...commonOf(input),
      metricName: input.MetricName,
      namespace: input.Namespace,
      statistic: input.Statistic,
      extendedStatistic: input.ExtendedStatistic,
      dimensions: dimensionsOf(input.Dimensions),
      period: input.Period,
      unit: input.Unit,
      // Query clients send an empty list where there is none.
      metrics: input.Metrics === undefined || input.Metrics.length === 0 ? undefined : queriesOf(input.Metrics),
      evaluationPeriods: input.EvaluationPeriods,
      datapointsToAlarm: input.DatapointsToAlarm,
      threshold: input.Threshold,
      comparisonOperator: comparisonOf(input.ComparisonOperator),
      treatMissingData: treatmentOf(input.TreatMissingData),
      evaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile,
    });
    return undefined;
  },
});
