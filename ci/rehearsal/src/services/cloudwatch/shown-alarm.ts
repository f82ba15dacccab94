import type { CompositeAlarm, MetricAlarm, MetricDataQuery, StandardUnit, Statistic } from "@aws-sdk/client-cloudwatch";
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from "./state.ts";

/** Alarms as DescribeAlarms shows them. */
const shownCommon = (alarm: AlarmRecord) => ({
  AlarmName: alarm.name,
  AlarmArn: alarm.arn,
  AlarmDescription: alarm.description,
  AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: alarm.okActions,
  AlarmActions: alarm.alarmActions,
  InsufficientDataActions: alarm.insufficientDataActions,
  StateValue: alarm.state,
  StateReason: alarm.reason,
  StateReasonData: alarm.reasonData,
  StateUpdatedTimestamp: new Date(alarm.updatedMs),
  StateTransitionedTimestamp: new Date(alarm.transitionedMs),
});

export const shownMetricAlarm = (alarm: MetricAlarmRecord): MetricAlarm => ({
  ...shownCommon(alarm),
  MetricName: alarm.metricName,
  Namespace: alarm.namespace,
  Statistic: alarm.statistic as Statistic | undefined,
  ExtendedStatistic: alarm.extendedStatistic,
  Dimensions: alarm.dimensions,
  Period: alarm.period,
  Unit: alarm.unit as StandardUnit | undefined,
  EvaluationPeriods: alarm.evaluationPeriods,
  DatapointsToAlarm: alarm.datapointsToAlarm,
  Threshold: alarm.threshold,
  ComparisonOperator: alarm.comparisonOperator,
  TreatMissingData: alarm.treatMissingData,
  EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
  Metrics: alarm.metrics as MetricDataQuery[] | undefined,
});

export const shownCompositeAlarm = (alarm: CompositeAlarmRecord): CompositeAlarm => ({ ...shownCommon(alarm), AlarmRule: alarm.rule });
