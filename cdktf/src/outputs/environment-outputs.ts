import { probeName } from "../constructs/probe-hook/probe-hook.ts";
import type { Environment } from "../settings/resolve.ts";
import type { environmentData } from "../stacks/environment-data.ts";
import type { environmentService } from "../stacks/environment-service.ts";
import { output, type Output } from "./write-outputs.ts";

/** What an environment tells: names and ARNs, for people and for `npm run outputs`. */
export function environmentOutputs(environment: Environment, data: ReturnType<typeof environmentData>, service: ReturnType<typeof environmentService>) {
  const { release } = environment;
  const { alarms, balancer, cluster, database, deploy, groups, monitoring, network } = service;
  return {
    environment: output(environment.key, "Key of this environment in infrastructure.json"),
    account_id: output(environment.account.id, "The AWS account"),
    region: output(environment.region, "The region"),
    database_kind: output(environment.database, "sidecar or external"),
    desired_count: output(environment.desiredCount, "Tasks, where nothing scales them"),

    vpc_id: output(network.vpcId, "The network"),
    public_subnet_ids: output(network.publicSubnetIds, "Subnets of the load balancer"),
    private_subnet_ids: output(network.privateSubnetIds, "Subnets without addresses of the internet"),
    task_subnet_ids: output(network.taskSubnetIds, "Subnets in which tasks run"),
    tasks_have_public_addresses: output(network.assignPublicIp, "Whether tasks have addresses of the internet"),
    probe_addresses: output(network.probeAddresses, "From where the probe asks the test listener"),

    balancer_security_group_id: output(groups.balancer, "Security group of the load balancer"),
    tasks_security_group_id: output(groups.tasks, "Security group of the tasks"),
    probe_security_group_id: output(probeName(environment) === undefined ? undefined : groups.probe, "Security group of the probe"),
    database_security_group_id: output(database === undefined ? undefined : groups.database, "Security group of the database"),
    monitoring_security_group_id: output(monitoring === undefined ? undefined : groups.monitoring, "Security group of the monitoring host"),

    load_balancer_arn: output(balancer.lb.arn, "The load balancer"),
    load_balancer_dns_name: output(balancer.lb.dnsName, "Where users reach the application: point a name of your own there"),
    load_balancer_zone_id: output(balancer.lb.zoneId, "Its zone, for an alias in Route 53"),
    production_listener_arn: output(balancer.productionListener.arn, "Listener of the users"),
    test_listener_arn: output(balancer.testListener.arn, "Listener on which a new version is looked at first"),
    test_url: output(balancer.testUrl, "Where the probe asks"),
    blue_target_group_arn: output(balancer.blue.arn, "The one target group"),
    green_target_group_arn: output(balancer.green.arn, "The other target group"),

    cluster_name: output(release.cluster, "ECS cluster"),
    cluster_arn: output(cluster.arn, "ECS cluster"),
    service_name: output(release.service, "ECS service"),
    task_family: output(release.family, "Family of the task definition that releases register"),
    codedeploy_application: output(release.application, "CodeDeploy application"),
    codedeploy_deployment_group: output(release.deploymentGroup, "CodeDeploy deployment group"),
    codedeploy_deployment_group_arn: output(deploy.group.arn, "CodeDeploy deployment group"),
    alarm_names: output(alarms.names, "Alarms that stop a deployment"),

    execution_role_arn: output(data.roles.execution.arn, "Role by which ECS prepares tasks"),
    task_role_arn: output(data.roles.task.arn, "Role of the programs in a task"),
    codedeploy_role_arn: output(data.roles.codeDeploy.arn, "Role of CodeDeploy"),
    probe_role_arn: output(data.roles.probe.arn, "Role of the probe"),
    secret_arns: output(Object.values(data.secrets.arns), "Secrets that a task gets; their values are nowhere here"),
    data_key_arn: output(data.key.arn, "Key of secrets, logs and data"),
    log_group: output(data.logs.groupName, "Where the containers' output goes"),
    exec_log_group: output(data.logs.execGroupName, "Where shells in containers are logged"),
    alerts_topic_arn: output(data.topicArn, "Who is told of alarms"),

    database_address: output(database?.address, "The database's host"),
    database_port: output(database?.port, "The database's port"),
    prepare_database_family: output(database?.prepareFamily, "Task that makes the application's users in the database"),
    monitoring_instance_id: output(monitoring?.instanceId, "The monitoring host, for Session Manager"),
  } satisfies Record<string, Output>;
}

export type EnvironmentOutput = keyof ReturnType<typeof environmentOutputs>;
