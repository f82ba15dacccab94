import type { Construct } from "constructs";
import { Alarms } from "../constructs/alarms/alarms.ts";
import { Cluster } from "../constructs/cluster/cluster.ts";
import { CodeDeploy } from "../constructs/code-deploy/code-deploy.ts";
import { LoadBalancer } from "../constructs/load-balancer/load-balancer.ts";
import { MonitoringHost } from "../constructs/monitoring/monitoring-host.ts";
import { Endpoints } from "../constructs/network/endpoints.ts";
import { Network } from "../constructs/network/network.ts";
import { ProbeHook, probeName } from "../constructs/probe-hook/probe-hook.ts";
import { hasMonitoring, metricsPort } from "../constructs/security-groups/flows.ts";
import { SecurityGroups } from "../constructs/security-groups/security-groups.ts";
import { Service } from "../constructs/service/service.ts";
import type { Environment } from "../settings/resolve.ts";
import { environmentDatabase } from "./environment-database.ts";
import type { environmentData } from "./environment-data.ts";

/** What users reach, and what brings a new version there. */
export function environmentService(scope: Construct, environment: Environment, { arns, key, logs, roles, secrets, topicArn }: ReturnType<typeof environmentData>) {
  const { names, region } = environment;
  const { parts: network } = new Network(scope, "network", { environment, keyArn: key.arn });
  const groups = new SecurityGroups(scope, "security-groups", { environment, network });
  if (network.endpointSubnetIds !== undefined) new Endpoints(scope, "endpoints", { region, vpcId: network.vpcId, subnetIds: network.endpointSubnetIds, securityGroupId: groups.endpoints, prefix: names.prefix });
  const balancer = new LoadBalancer(scope, "load-balancer", { environment, network, securityGroupId: groups.balancer });
  const { cluster } = new Cluster(scope, "ecs", { environment, execGroupName: logs.execGroupName, keyArn: key.arn });
  const taskRoles = { executionRoleArn: roles.execution.arn, taskRoleArn: roles.task.arn };
  const { service } = new Service(scope, "tasks", { environment, network, securityGroupId: groups.tasks, cluster, balancer, roles: taskRoles, logGroup: logs.groupName });
  const database = environment.database === "external" ? environmentDatabase(scope, { environment, arns, network, groups, key, logs, secrets }) : undefined;
  const functionName = probeName(environment);
  const probe = functionName === undefined ? undefined : new ProbeHook(scope, "probe", { environment, functionName, network, securityGroupId: groups.probe, roleArn: roles.probe.arn, testUrl: balancer.testUrl, keyArn: key.arn });
  const [monitoringSubnet] = network.privateSubnetIds;
  const monitoring = hasMonitoring(environment) && monitoringSubnet !== undefined ? new MonitoringHost(scope, "monitoring", { environment, arns, subnetId: monitoringSubnet, securityGroupId: groups.monitoring, keyArn: key.arn, topicArn, metricsPort }) : undefined;
  const alarms = new Alarms(scope, "alarms", { environment, balancer, topicArn });
  const deploy = new CodeDeploy(scope, "deploy", { environment, cluster, service, balancer, roleArn: roles.codeDeploy.arn, alarmNames: alarms.names });
  if (probe !== undefined) roles.probe.isWaitedForBy(probe);
  roles.codeDeploy.isWaitedForBy(deploy);
  return { network, groups, balancer, cluster, service, database, monitoring, alarms, deploy };
}
