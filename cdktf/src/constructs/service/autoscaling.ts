import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy/index.js";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target/index.js";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { colors, type LoadBalancer } from "../load-balancer/load-balancer.ts";

export interface AutoscalingProps {
  readonly environment: Environment;
  readonly autoscaling: NonNullable<Environment["autoscaling"]>;
  readonly cluster: EcsCluster;
  readonly service: EcsService;
  readonly balancer: LoadBalancer;
}

/** More tasks fast, fewer slowly: seconds between two changes. */
const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 300 };

/** Between the wanted count and the most, by processor and by requests; whichever wants more tasks wins. */
export class Autoscaling extends Construct {
  constructor(scope: Construct, id: string, { environment, autoscaling, cluster, service, balancer }: AutoscalingProps) {
    super(scope, id);
    const target = new AppautoscalingTarget(this, "target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${cluster.name}/${service.name}`,
      minCapacity: environment.desiredCount,
      maxCapacity: autoscaling.most,
    });
    const common = { policyType: "TargetTrackingScaling", serviceNamespace: target.serviceNamespace, scalableDimension: target.scalableDimension, resourceId: target.resourceId };
    new AppautoscalingPolicy(this, "cpu", {
      name: `${environment.names.prefix}-cpu`,
      ...common,
      targetTrackingScalingPolicyConfiguration: { targetValue: autoscaling.cpuPercent, predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" }, ...cooldowns },
    });
    new AppautoscalingPolicy(this, "requests", {
      name: `${environment.names.prefix}-requests`,
      ...common,
      targetTrackingScalingPolicyConfiguration: { targetValue: autoscaling.requestsPerTarget, customizedMetricSpecification: { metrics: requestsPerTarget(balancer) }, ...cooldowns },
    });
  }
}

/**
 * Requests of a minute for each target of the busier group. AWS's own metric of that
 * name is of one target group only, which is the empty one after every second release.
 */
const requestsPerTarget = (balancer: LoadBalancer) => [
  { id: "busier", label: "Requests of a minute per target", expression: `MAX([${colors.map((color) => `FILL(${color}, 0)`).join(", ")}])`, returnData: true },
  ...colors.map((color) => ({
    id: color,
    returnData: false,
    metricStat: {
      stat: "Sum",
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName: "RequestCountPerTarget",
        dimensions: [
          { name: "LoadBalancer", value: balancer.lb.arnSuffix },
          { name: "TargetGroup", value: balancer[color].arnSuffix },
        ],
      },
    },
  })),
];
