import * as client from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Service } from "../service.ts";
import { deleteAlarms } from "./operations/delete-alarms.ts";
import { describeAlarmHistory } from "./operations/describe-alarm-history.ts";
import { describeAlarms } from "./operations/describe-alarms.ts";
import { describeAlarmsForMetric } from "./operations/describe-alarms-for-metric.ts";
import { disableAlarmActions } from "./operations/disable-alarm-actions.ts";
import { enableAlarmActions } from "./operations/enable-alarm-actions.ts";
import { getMetricData } from "./operations/get-metric-data.ts";
import { getMetricStatistics } from "./operations/get-metric-statistics.ts";
import { listMetrics } from "./operations/list-metrics.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { putCompositeAlarm } from "./operations/put-composite-alarm.ts";
import { putMetricAlarm } from "./operations/put-metric-alarm.ts";
import { putMetricData } from "./operations/put-metric-data.ts";
import { setAlarmState } from "./operations/set-alarm-state.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";

export const cloudwatch: Service = {
  name: "cloudwatch",
  client,
  xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  operations: [
    deleteAlarms,
    describeAlarmHistory,
    describeAlarms,
    describeAlarmsForMetric,
    disableAlarmActions,
    enableAlarmActions,
    getMetricData,
    getMetricStatistics,
    listMetrics,
    listTagsForResource,
    putCompositeAlarm,
    putMetricAlarm,
    putMetricData,
    setAlarmState,
    tagResource,
    untagResource,
  ],
  missing: (_operation, member) => new AwsError("ValidationException", `1 validation error detected: Value null at '${member.slice(0, 1).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must not be null`),
};
