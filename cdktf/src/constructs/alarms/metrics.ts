import type { CloudwatchMetricAlarmMetricQuery } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group/index.js";
import type { Lb } from "@cdktf/provider-aws/lib/lb/index.js";

/** Seconds; a load balancer tells its metrics once a minute. */
export const period = 60;
export const namespace = "AWS/ApplicationELB";

/** Whose metric it is: a target group's as its load balancer sees it, or the load balancer's own. */
export const dimensionsOf = (lb: Lb, group?: LbTargetGroup): Record<string, string> => ({ LoadBalancer: lb.arnSuffix, ...(group === undefined ? {} : { TargetGroup: group.arnSuffix }) });

/** One metric in an expression. */
export const measured = (id: string, metricName: string, dimensions: Record<string, string>): CloudwatchMetricAlarmMetricQuery => ({ id, returnData: false, metric: { namespace, metricName, period, stat: "Sum", dimensions } });

/** What the alarm compares. */
export const compared = (id: string, label: string, expression: string): CloudwatchMetricAlarmMetricQuery => ({ id, label, expression, returnData: true });
