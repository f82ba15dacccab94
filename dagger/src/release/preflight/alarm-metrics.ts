import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have, HaveAlarm } from "../have.ts";
import { no, warning } from "./check.ts";

/** Metrics of an application load balancer that it has for each target group. Source: AWS's guide, "CloudWatch metrics for your Application Load Balancer". */
const ofTargets = new Set(["HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HealthyHostCount", "UnHealthyHostCount", "RequestCount", "RequestCountPerTarget", "TargetResponseTime", "TargetConnectionErrorCount", "TargetTLSNegotiationErrorCount", "AnomalousHostCount", "MitigatedHostCount"]);
/** And those that it has for itself alone. */
const ownOnly = /^(HTTPCode_ELB_|HTTP_|ActiveConnectionCount$|NewConnectionCount$|RejectedConnectionCount$|ProcessedBytes$|ConsumedLCUs$|ClientTLSNegotiationErrorCount$|RuleEvaluations$|IPv6|Elb|GrpcRequestCount$|ForwardedInvalidHeader|DesyncMitigation|DroppedInvalid)/;

type Metric = HaveAlarm["metrics"][number];

/** Metrics that never get data: the alarm can never fire by them. */
export function deadMetrics(alarm: HaveAlarm, have: Have): readonly PreflightFinding[] {
  return alarm.metrics.flatMap((metric) => {
    const dead = whyDead(metric, have);
    if (dead !== undefined) return [no("alarm-never-gets-data", `The alarm ${alarm.name} looks at ${metric.namespace} ${metric.name}, which never gets data: ${dead}`, "Correct the alarm's namespace, metric and dimensions: a target's metric has LoadBalancer and TargetGroup as the balancer's ARNs end.")];
    if (metric.namespace === "AWS/ApplicationELB" && !ofTargets.has(metric.name) && !ownOnly.test(metric.name)) return [warning("alarm-unknown-metric", `The alarm ${alarm.name} looks at ${metric.name}, which is not known as a metric of a load balancer.`, "Look at its spelling.")];
    return [];
  });
}

/** A clause that ends the sentence; undefined when it may well get data. */
function whyDead({ namespace, name, dimensions }: Metric, { listeners, targetGroups }: Have): string | undefined {
  if (namespace !== "AWS/ApplicationELB") return /^HTTPCode_|^TargetResponseTime$|^UnHealthyHostCount$/.test(name) && namespace.startsWith("AWS/") && namespace !== "AWS/NetworkELB" ? "application load balancers publish it in AWS/ApplicationELB." : undefined;
  const { LoadBalancer: balancer, TargetGroup: group } = dimensions;
  const balancers = [...new Set(listeners.map(({ loadBalancerArn }) => loadBalancerArn.split(":loadbalancer/").at(-1)))];
  if (balancer === undefined) return group === undefined ? "it names no load balancer." : name === "RequestCountPerTarget" ? undefined : "it names a target group without its load balancer.";
  if (group !== undefined && ownOnly.test(name)) return "the balancer has it for itself only, and not for a target group.";
  if (balancers.length > 0 && !balancers.includes(balancer)) return `${balancer} is not the load balancer of this service.`;
  if (group !== undefined && targetGroups.length > 0 && !targetGroups.some(({ arnSuffix }) => arnSuffix === group)) return `${group} is none of this service's target groups.`;
  return undefined;
}

/** Counts of answers are one for each answer: only their sum says how many there were. */
export function wrongStatistics(alarm: HaveAlarm): readonly PreflightFinding[] {
  return alarm.metrics
    .filter(({ namespace, name, stat }) => namespace === "AWS/ApplicationELB" && name.startsWith("HTTPCode_") && ["Average", "Minimum", "Maximum"].includes(stat))
    .map(({ name, stat }) => no("alarm-statistic", `The alarm ${alarm.name} takes the ${stat} of ${name}, which is always 1.`, "Take the Sum."));
}
