import { TerraformError } from "../terraform-error.ts";
import { callOperation, type Importer } from "../importer.ts";
import { given, type Values } from "../values.ts";

export const ecs: Readonly<Record<string, Importer>> = {
  aws_ecs_cluster: {
    uses: ["name"],
    async create(values, parts) {
      const name = values.text("name");
      const { cluster } = await callOperation<{ cluster: { clusterArn: string } }>(parts, "ecs", "CreateCluster", { clusterName: name });
      return { id: cluster.clusterArn, arn: cluster.clusterArn, name };
    },
  },
  aws_ecs_task_definition: {
    uses: ["family", "cpu", "memory", "network_mode", "requires_compatibilities", "execution_role_arn", "task_role_arn", "container_definitions", "runtime_platform"],
    async create(values, parts) {
      const platform = values.block("runtime_platform");
      const input = given({
        family: values.text("family"),
        cpu: values.maybeText("cpu"),
        memory: values.maybeText("memory"),
        networkMode: values.maybeText("network_mode"),
        requiresCompatibilities: values.texts("requires_compatibilities"),
        executionRoleArn: values.maybeText("execution_role_arn"),
        taskRoleArn: values.maybeText("task_role_arn"),
        containerDefinitions: containersOf(values),
        runtimePlatform: platform && given({ cpuArchitecture: platform.maybeText("cpu_architecture"), operatingSystemFamily: platform.maybeText("operating_system_family") }),
      });
      const { taskDefinition } = await callOperation<{ taskDefinition: { taskDefinitionArn: string; revision: number } }>(parts, "ecs", "RegisterTaskDefinition", input);
      const arn = taskDefinition.taskDefinitionArn;
      return { id: input.family, family: input.family, arn, revision: taskDefinition.revision, arn_without_revision: arn.replace(/:\d+$/, "") };
    },
  },
  aws_ecs_service: {
    uses: ["name", "cluster", "task_definition", "desired_count", "launch_type", "platform_version", "health_check_grace_period_seconds", "deployment_controller", "network_configuration", "load_balancer"],
    async create(values, parts) {
      const network = values.block("network_configuration");
      const controller = values.block("deployment_controller")?.maybeText("type");
      const input = given({
        serviceName: values.text("name"),
        cluster: values.maybeText("cluster"),
        taskDefinition: values.maybeText("task_definition"),
        desiredCount: values.number("desired_count") ?? 0,
        launchType: values.maybeText("launch_type"),
        platformVersion: values.maybeText("platform_version"),
        healthCheckGracePeriodSeconds: values.number("health_check_grace_period_seconds"),
        deploymentController: controller === undefined ? undefined : { type: controller },
        networkConfiguration: network && { awsvpcConfiguration: { subnets: network.texts("subnets"), securityGroups: network.texts("security_groups"), assignPublicIp: network.flag("assign_public_ip") === true ? "ENABLED" : "DISABLED" } },
        loadBalancers: values.blocks("load_balancer").map((balancer) => ({ targetGroupArn: balancer.text("target_group_arn"), containerName: balancer.text("container_name"), containerPort: balancer.number("container_port") })),
      });
      const { service } = await callOperation<{ service: { serviceArn: string } }>(parts, "ecs", "CreateService", input);
      return { id: service.serviceArn, arn: service.serviceArn, name: input.serviceName };
    },
  },
};

function containersOf(values: Values): unknown {
  try {
    return JSON.parse(values.text("container_definitions"));
  } catch {
    throw new TerraformError(`${values.where}: container_definitions is not JSON.`);
  }
}
