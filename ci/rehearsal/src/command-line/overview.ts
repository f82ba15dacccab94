import type { Action, TargetGroupTuple } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operatorKey } from "../iam/access-keys.ts";
import { ownTool } from "../server/own-tool.ts";

/** What a person wants to see of a world, asked for by AWS's own API. */
export interface Overview {
  readonly services: readonly { readonly name: string; readonly cluster: string; readonly desired: number; readonly running: number; readonly taskSets: readonly { readonly status: string; readonly taskDefinition: string; readonly desired: number; readonly running: number; readonly targetGroup: string; readonly trafficPercent: number }[] }[];
  readonly groups: readonly { readonly name: string; readonly productionListener: string | undefined; readonly testListener: string | undefined; readonly targetGroups: readonly string[]; readonly deployment: { readonly id: string; readonly status: string; readonly configuration: string } | undefined }[];
  readonly alarms: readonly { readonly name: string; readonly state: string }[];
}

const activeStatuses = ["Created", "Queued", "InProgress", "Ready"] as const;

export async function overview(endpoint: string, region: string): Promise<Overview> {
  const [codedeploy, cloudwatch, ecs, elbv2] = await Promise.all([import("@aws-sdk/client-codedeploy"), import("@aws-sdk/client-cloudwatch"), import("@aws-sdk/client-ecs"), import("@aws-sdk/client-elastic-load-balancing-v2")]);
  const settings = { endpoint, region, credentials: operatorKey, customUserAgent: ownTool };
  const deploys = new codedeploy.CodeDeploy(settings);
  const elb = new elbv2.ElasticLoadBalancingV2(settings);
  const containers = new ecs.ECS(settings);

  const groups: Overview["groups"][number][] = [];
  for (const applicationName of (await deploys.listApplications({})).applications ?? []) {
    for (const deploymentGroupName of (await deploys.listDeploymentGroups({ applicationName })).deploymentGroups ?? []) {
      const { deploymentGroupInfo } = await deploys.getDeploymentGroup({ applicationName, deploymentGroupName });
      const [pair] = deploymentGroupInfo?.loadBalancerInfo?.targetGroupPairInfoList ?? [];
      const [id] = (await deploys.listDeployments({ applicationName, deploymentGroupName, includeOnlyStatuses: [...activeStatuses] })).deployments ?? [];
      const { deploymentInfo } = id === undefined ? {} : await deploys.getDeployment({ deploymentId: id });
      groups.push({
        name: `${applicationName}/${deploymentGroupName}`,
        productionListener: pair?.prodTrafficRoute?.listenerArns?.[0],
        testListener: pair?.testTrafficRoute?.listenerArns?.[0],
        targetGroups: (pair?.targetGroups ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
        deployment: id === undefined ? undefined : { id, status: deploymentInfo?.status ?? "", configuration: deploymentInfo?.deploymentConfigName ?? "" },
      });
    }
  }

  const shares = new Map<string, number>();
  for (const { productionListener, targetGroups } of groups) {
    if (productionListener === undefined) continue;
    const [{ Listeners = [] }, { Rules = [] }] = await Promise.all([elb.describeListeners({ ListenerArns: [productionListener] }), elb.describeRules({ ListenerArn: productionListener })]);
    const weightsOf = (actions: readonly Action[] = []): readonly TargetGroupTuple[] => actions[0]?.ForwardConfig?.TargetGroups ?? [];
    // As CodeDeploy shifts: a rule that leads to the group's target groups, or else the listener itself.
    const rules = Rules.filter(({ IsDefault }) => IsDefault !== true).map(({ Actions }) => weightsOf(Actions));
    const weights = rules.find((tuples) => tuples.some(({ TargetGroupArn = "" }) => targetGroups.includes(targetGroupName(TargetGroupArn)))) ?? weightsOf(Listeners[0]?.DefaultActions);
    const sum = weights.reduce((total, { Weight = 0 }) => total + Weight, 0);
    for (const { TargetGroupArn = "", Weight = 0 } of weights) shares.set(TargetGroupArn, sum === 0 ? 0 : (100 * Weight) / sum);
  }

  const services: Overview["services"][number][] = [];
  for (const cluster of (await containers.listClusters({})).clusterArns ?? []) {
    const { serviceArns = [] } = await containers.listServices({ cluster });
    const found = serviceArns.length === 0 ? [] : ((await containers.describeServices({ cluster, services: serviceArns.slice(0, 10) })).services ?? []);
    for (const { desiredCount = 0, runningCount = 0, serviceName = "", taskSets = [] } of found) {
      services.push({
        name: serviceName,
        cluster: lastOf(cluster),
        desired: desiredCount,
        running: runningCount,
        taskSets: taskSets.map(({ computedDesiredCount = 0, loadBalancers = [], runningCount: running = 0, status = "", taskDefinition = "" }) => {
          const arn = loadBalancers[0]?.targetGroupArn ?? "";
          return { status, taskDefinition: lastOf(taskDefinition), desired: computedDesiredCount, running, targetGroup: targetGroupName(arn), trafficPercent: status === "DRAINING" ? 0 : (shares.get(arn) ?? 0) };
        }),
      });
    }
  }

  const { CompositeAlarms = [], MetricAlarms = [] } = await new cloudwatch.CloudWatch(settings).describeAlarms({ AlarmTypes: ["MetricAlarm", "CompositeAlarm"] });
  return { services, groups, alarms: [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = "", StateValue = "" }) => ({ name: AlarmName, state: StateValue })) };
}

const lastOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
const targetGroupName = (arn: string): string => /targetgroup\/([^/]+)/.exec(arn)?.[1] ?? "";
