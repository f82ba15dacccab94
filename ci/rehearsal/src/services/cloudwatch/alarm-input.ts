import type { MetricDataQuery, PutCompositeAlarmInput, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../protocol/aws-error.ts";
import type { MetricAlarmRecord, MetricQuery } from "./state.ts";

/** What both kinds of alarms are given. */
export const commonOf = (input: PutMetricAlarmInput | PutCompositeAlarmInput) => ({
  name: input.AlarmName ?? "",
  description: input.AlarmDescription,
  actionsEnabled: input.ActionsEnabled ?? true,
  okActions: input.OKActions ?? [],
  alarmActions: input.AlarmActions ?? [],
  insufficientDataActions: input.InsufficientDataActions ?? [],
  tags: Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
});

/** As the schema has it: with neither metric of another account, nor anything else that the rehearsal does not have. */
export const queriesOf = (queries: readonly MetricDataQuery[]): MetricQuery[] =>
  queries.map(({ Id = "", Expression, Label, ReturnData, Period, MetricStat: metric }) => ({
    Id,
    Expression,
    Label,
    ReturnData,
    Period,
    MetricStat:
      metric === undefined
        ? undefined
        : { Metric: { Namespace: metric.Metric?.Namespace ?? "", MetricName: metric.Metric?.MetricName ?? "", Dimensions: dimensionsOf(metric.Metric?.Dimensions) }, Period: metric.Period ?? 0, Stat: metric.Stat ?? "", Unit: metric.Unit },
  }));

export const dimensionsOf = (dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] = []): { Name: string; Value: string }[] => dimensions.map(({ Name = "", Value = "" }) => ({ Name, Value }));

export const asRecord = (dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] = []): Record<string, string> => Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));

const operators = ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"] as const;
const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

export function comparisonOf(operator: string | undefined): MetricAlarmRecord["comparisonOperator"] {
  const known = operators.find((candidate) => candidate === operator);
  if (known === undefined) throw new AwsError("ValidationException", `1 validation error detected: Value '${operator ?? ""}' at 'comparisonOperator' failed to satisfy constraint: the rehearsal has [${operators.join(", ")}], and no anomaly detection`);
  return known;
}

export function treatmentOf(treatment: string | undefined): MetricAlarmRecord["treatMissingData"] {
  const known = treatments.find((candidate) => candidate === treatment);
  if (treatment !== undefined && known === undefined) throw new AwsError("InvalidParameterValueException", `The value ${treatment} for parameter TreatMissingData is not supported.`);
  return known;
}
