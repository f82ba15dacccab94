import { TerraformError } from "../terraform-error.ts";
import { callOperation, type Importer } from "../importer.ts";
import { given, type Values } from "../values.ts";

export const ecs: Readonly<Record<string, Importer>> = {
  aws_ecs_cluster: {
    uses: ["name", "tags"],
    async create(values, parts) {
      const name = values.text("name");
      const { cluster } = await callOperation<{ cluster: { clusterArn: string } }>(parts, "ecs", "CreateCluster", given({ clusterName: name, tags: tagsOf(values) }));
      return { id: cluster.clusterArn, arn: cluster.clusterArn, name };
    },
  },
  aws_ecs_cluster_capacity_providers: {
    uses: ["cluster_name", "capacity_providers", "default_capacity_provider_strategy"],
    async create(values, parts) {
      const cluster = values.text("cluster_name");
      const strategy = values.blocks("default_capacity_provider_strategy").map((one) => given({ capacityProvider: one.text("capacity_provider"), weight: one.number("weight"), base: one.number("base") }));
      await callOperation(parts, "ecs", "PutClusterCapacityProviders", { cluster, capacityProviders: values.texts("capacity_providers"), defaultCapacityProviderStrategy: strategy });
      return { id: cluster, cluster_name: cluster };
    },
  },
  aws_ecs_task_definition: {
    uses: ["family", "cpu", "memory", "network_mode", "requires_compatibilities", "execution_role_arn", "task_role_arn", "container_definitions", "volume", "runtime_platform", "tags"],
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
        volumes: values.blocks("volume").map(volumeOf),
        runtimePlatform: platform && given({ cpuArchitecture: platform.maybeText("cpu_architecture"), operatingSystemFamily: platform.maybeText("operating_system_family") }),
        tags: tagsOf(values),
      });
      const { taskDefinition } = await callOperation<{ taskDefinition: { taskDefinitionArn: string; revision: number } }>(parts, "ecs", "RegisterTaskDefinition", input);
      const arn = taskDefinition.taskDefinitionArn;
      return { id: input.family, family: input.family, arn, revision: taskDefinition.revision, arn_without_revision: arn.replace(/:\d+$/, "") };
    },
  },
  aws_ecs_service: {
    uses: ["name", "cluster", "task_definition", "desired_count", "launch_type", "platform_version", "health_check_grace_period_seconds", "deployment_controller", "network_configuration", "load_balancer", "enable_ecs_managed_tags", "propagate_tags", "tags"],
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
        enableECSManagedTags: values.flag("enable_ecs_managed_tags"),
        propagateTags: values.maybeText("propagate_tags"),
        tags: tagsOf(values),
      });
      const { service } = await callOperation<{ service: { serviceArn: string } }>(parts, "ecs", "CreateService", input);
      return { id: service.serviceArn, arn: service.serviceArn, name: input.serviceName };
    },
  },
};

function tagsOf(values: Values): { readonly key: string; readonly value: string }[] | undefined {
  const tags = Object.entries(values.map("tags")).map(([key, value]) => ({ key, value }));
  return tags.length === 0 ? undefined : tags;
}

function containersOf(values: Values): unknown {
  try {
    return JSON.parse(values.text("container_definitions"));
  } catch {
    throw new TerraformError(`${values.where}: container_definitions is not JSON.`);
  }
}

function volumeOf(volume: Values): { readonly name: string } {
  const others = Object.entries(volume.raw).filter(([name, value]) => name !== "name" && value !== null && (!Array.isArray(value) || value.length > 0));
  if (others.length > 0) throw new TerraformError(`${volume.where}: the rehearsal has scratch volumes only, and this one has ${others.map(([name]) => name).join(", ")}.`);
  return { name: volume.text("name") };
}
