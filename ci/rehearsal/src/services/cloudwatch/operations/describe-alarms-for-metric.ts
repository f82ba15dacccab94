import { DescribeAlarmsForMetric$, type DescribeAlarmsForMetricInput, type DescribeAlarmsForMetricOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { asRecord } from "../alarm-input.ts";
import { keyOf } from "../metrics.ts";
import { shownMetricAlarm } from "../shown-alarm.ts";
import { alarmsSlice } from "../state.ts";

/** Alarms of one metric; those with metric math are not among them, as on AWS. */
export const describeAlarmsForMetric = operation<DescribeAlarmsForMetricInput, DescribeAlarmsForMetricOutput>({
  schema: DescribeAlarmsForMetric$,
  access: () => [{ action: "cloudwatch:DescribeAlarmsForMetric", resource: "*" }],
  run({ MetricName = "", Namespace = "", Dimensions, Statistic, ExtendedStatistic, Period, Unit }, { parts }) {
    const wanted = keyOf({ namespace: Namespace, metricName: MetricName, dimensions: asRecord(Dimensions) });
    const alarms = parts.world.slice(alarmsSlice).alarms.filter((alarm) => alarm.kind === "metric");
    return {
      MetricAlarms: alarms
        .filter((alarm) => alarm.metricName !== undefined && keyOf({ namespace: alarm.namespace ?? "", metricName: alarm.metricName, dimensions: asRecord(alarm.dimensions) }) === wanted)
        .filter((alarm) => (Statistic ?? alarm.statistic) === alarm.statistic && (ExtendedStatistic ?? alarm.extendedStatistic) === alarm.extendedStatistic && (Period ?? alarm.period) === alarm.period && (Unit ?? alarm.unit) === alarm.unit)
        .map(shownMetricAlarm),
    };
  },
});
