import { PutMetricData$, type MetricDatum, type PutMetricDataInput } from "@aws-sdk/client-cloudwatch";
import type { Parts } from "../../../parts.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { asRecord } from "../alarm-input.ts";
import { putDatum, putStatistics } from "../metrics.ts";

const dayMs = 24 * 3_600_000;

/** Checks all before it takes any. */
export const putMetricData = operation<PutMetricDataInput, undefined>({
  schema: PutMetricData$,
  access: ({ Namespace = "" }) => [{ action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": Namespace } }],
  run({ Namespace = "", MetricData = [] }, { parts }) {
    if (Namespace === "" || Namespace.startsWith(":") || Namespace.length > 255) throw invalid("The value for parameter Namespace is invalid.");
    if (Namespace.startsWith("AWS/")) throw invalid(`The value ${Namespace} for parameter Namespace is invalid: it is kept for AWS's own services.`);
    if (MetricData.length > 1000) throw invalid("The collection MetricData must not have a size greater than 1000.");
    MetricData.forEach((datum, index) => {
      check(datum, `MetricData.member.${String(index + 1)}`, parts.clock.now());
    });
    for (const datum of MetricData) put(parts, Namespace, datum);
    return undefined;
  },
});

function check({ MetricName = "", Dimensions = [], Timestamp, Value, Values, Counts, StatisticValues, StorageResolution }: MetricDatum, at: string, now: number): void {
  if (MetricName === "") throw invalid(`The parameter ${at}.MetricName is required.`);
  if (Dimensions.length > 30) throw invalid(`The collection ${at}.Dimensions must not have a size greater than 30.`);
  if ([Value, Values, StatisticValues].filter((given) => given !== undefined).length !== 1) throw new AwsError("InvalidParameterCombinationException", `The parameters ${at}.Value, ${at}.Values and ${at}.StatisticValues are mutually exclusive and you have to specify exactly one.`);
  for (const value of [Value ?? 0, ...(Values ?? [])]) if (!Number.isFinite(value)) throw invalid(`The value ${String(value)} for parameter ${at}.Value is invalid.`);
  if (Counts !== undefined && Counts.length !== Values?.length) throw invalid(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60) throw invalid(`The value ${StorageResolution} for parameter ${at}.StorageResolution is invalid: it has to be 1 or 60.`);
  const time = Timestamp?.getTime() ?? now;
  if (time < now - 14 * dayMs || time > now + 2 * 3_600_000) throw invalid(`The parameter ${at}.Timestamp must specify a time no more than two weeks in the past and two hours in the future.`);
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);

function put(parts: Parts, namespace: string, { MetricName = "", Dimensions, Timestamp, Unit, StorageResolution = 60, Value, Values, Counts, StatisticValues }: MetricDatum): void {
  const of = { namespace, metricName: MetricName, dimensions: asRecord(Dimensions), atMs: Timestamp?.getTime() ?? parts.clock.now(), storageResolution: StorageResolution, ...(Unit === undefined ? {} : { unit: Unit }) };
  if (StatisticValues !== undefined) putStatistics(parts, of, { sum: StatisticValues.Sum ?? 0, count: StatisticValues.SampleCount ?? 0, min: StatisticValues.Minimum ?? 0, max: StatisticValues.Maximum ?? 0 });
  else (Values ?? [Value ?? 0]).forEach((value, index) => { putDatum(parts, { ...of, value, count: Counts?.[index] ?? 1 }); });
}
