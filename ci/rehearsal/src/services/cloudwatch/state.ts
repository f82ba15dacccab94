import { z } from "zod";
import type { Slice } from "../../world/world.ts";

const dimensionsSchema = z.record(z.string(), z.string());

/** What was measured in one minute, or one second of a high-resolution metric. */
const bucketSchema = z.object({
  atMs: z.number(),
  sum: z.number(),
  count: z.number(),
  min: z.number(),
  max: z.number(),
  /** How often each value was seen, to three digits, for percentiles; nothing of statistic sets. */
  values: z.record(z.string(), z.number()),
});
export type Bucket = z.infer<typeof bucketSchema>;

const metricSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  dimensions: dimensionsSchema,
  unit: z.string().optional(),
  /** Oldest first. */
  minutes: z.array(bucketSchema),
  /** Only of metrics that were put with a storage resolution of one second. */
  seconds: z.array(bucketSchema),
});
export type MetricRecord = z.infer<typeof metricSchema>;

export const metricsSlice: Slice<{ metrics: Record<string, MetricRecord> }> = {
  name: "cloudwatch-metrics",
  schema: z.object({ metrics: z.record(z.string(), metricSchema) }),
  empty: () => ({ metrics: {} }),
};

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

const queryDimensions = z.array(z.object({ Name: z.string(), Value: z.string() }));

/** One of the `Metrics` of an alarm, in AWS's own words. */
const querySchema = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().optional(),
  Period: z.number().optional(),
  MetricStat: z
    .object({ Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: queryDimensions.optional() }), Period: z.number(), Stat: z.string(), Unit: z.string().optional() })
    .optional(),
});
export type MetricQuery = z.infer<typeof querySchema>;

const common = {
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  actionsEnabled: z.boolean(),
  okActions: z.array(z.string()),
  alarmActions: z.array(z.string()),
  insufficientDataActions: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  configuredMs: z.number(),
  state: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  reason: z.string(),
  reasonData: z.string().optional(),
  /** When the state, or its reason, was last told anew. */
  updatedMs: z.number(),
  /** When the state last became another. */
  transitionedMs: z.number(),
};

const metricAlarmSchema = z.object({
  kind: z.literal("metric"),
  ...common,
  /** Either one metric's statistic, or `metrics`. */
  metricName: z.string().optional(),
  namespace: z.string().optional(),
  statistic: z.string().optional(),
  extendedStatistic: z.string().optional(),
  dimensions: queryDimensions,
  /** Seconds. */
  period: z.number().optional(),
  unit: z.string().optional(),
  metrics: z.array(querySchema).optional(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number().optional(),
  threshold: z.number(),
  comparisonOperator: z.enum(["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"]),
  treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).optional(),
  evaluateLowSampleCountPercentile: z.string().optional(),
});
export type MetricAlarmRecord = z.infer<typeof metricAlarmSchema>;

const compositeAlarmSchema = z.object({ kind: z.literal("composite"), ...common, rule: z.string() });
export type CompositeAlarmRecord = z.infer<typeof compositeAlarmSchema>;

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;

/** Of an alarm what somebody decides: neither its state nor when it changed. */
type Configured<Record extends AlarmRecord> = Omit<Record, "arn" | "kind" | "state" | "reason" | "reasonData" | "configuredMs" | "updatedMs" | "transitionedMs">;
export type MetricAlarmConfiguration = Configured<MetricAlarmRecord>;
export type CompositeAlarmConfiguration = Configured<CompositeAlarmRecord>;

const historySchema = z.object({ alarm: z.string(), alarmType: z.enum(["MetricAlarm", "CompositeAlarm"]), atMs: z.number(), type: z.enum(["ConfigurationUpdate", "StateUpdate"]), summary: z.string(), data: z.string() });
export type AlarmHistoryRecord = z.infer<typeof historySchema>;

export const alarmsSlice: Slice<{ alarms: AlarmRecord[]; history: AlarmHistoryRecord[] }> = {
  name: "cloudwatch-alarms",
  schema: z.object({ alarms: z.array(z.discriminatedUnion("kind", [metricAlarmSchema, compositeAlarmSchema])), history: z.array(historySchema) }),
  empty: () => ({ alarms: [], history: [] }),
};
