import { callOperation, type Importer } from "../importer.ts";
import { given, type Values } from "../values.ts";

export const codedeploy: Readonly<Record<string, Importer>> = {
  aws_codedeploy_app: {
    uses: ["name", "compute_platform"],
    async create(values, parts) {
      const name = values.text("name");
      const { applicationId } = await callOperation<{ applicationId: string }>(parts, "codedeploy", "CreateApplication", { applicationName: name, computePlatform: values.maybeText("compute_platform") ?? "Server" });
      return { id: `${applicationId}:${name}`, application_id: applicationId, name, arn: parts.world.arn("codedeploy", `application:${name}`) };
    },
  },
  aws_codedeploy_deployment_config: {
    uses: ["deployment_config_name", "compute_platform", "traffic_routing_config"],
    async create(values, parts) {
      const name = values.text("deployment_config_name");
      const routing = values.block("traffic_routing_config");
      const canary = routing?.block("time_based_canary");
      const linear = routing?.block("time_based_linear");
      const { deploymentConfigId } = await callOperation<{ deploymentConfigId: string }>(parts, "codedeploy", "CreateDeploymentConfig", {
        deploymentConfigName: name,
        computePlatform: values.maybeText("compute_platform") ?? "Server",
        trafficRoutingConfig: given({
          type: routing?.maybeText("type"),
          timeBasedCanary: canary && { canaryInterval: canary.number("interval"), canaryPercentage: canary.number("percentage") },
          timeBasedLinear: linear && { linearInterval: linear.number("interval"), linearPercentage: linear.number("percentage") },
        }),
      });
      return { id: name, deployment_config_name: name, deployment_config_id: deploymentConfigId, arn: parts.world.arn("codedeploy", `deploymentconfig:${name}`) };
    },
  },
  aws_codedeploy_deployment_group: {
    uses: ["app_name", "deployment_group_name", "service_role_arn", "deployment_config_name", "auto_rollback_configuration", "alarm_configuration", "blue_green_deployment_config", "deployment_style", "ecs_service", "load_balancer_info", "trigger_configuration"],
    async create(values, parts) {
      const [application, name] = [values.text("app_name"), values.text("deployment_group_name")];
      const input = given({
        applicationName: application,
        deploymentGroupName: name,
        serviceRoleArn: values.text("service_role_arn"),
        deploymentConfigName: values.maybeText("deployment_config_name"),
        ...blueGreenOf(values),
        ...safetyOf(values),
        ecsServices: values.blocks("ecs_service").map((service) => ({ clusterName: service.text("cluster_name"), serviceName: service.text("service_name") })),
        loadBalancerInfo: loadBalancerOf(values),
      });
      const { deploymentGroupId } = await callOperation<{ deploymentGroupId: string }>(parts, "codedeploy", "CreateDeploymentGroup", input);
      return { id: deploymentGroupId, deployment_group_id: deploymentGroupId, deployment_group_name: name, arn: parts.world.arn("codedeploy", `deploymentgroup:${application}/${name}`) };
    },
  },
};

function blueGreenOf(values: Values): object {
  const style = values.block("deployment_style");
  const config = values.block("blue_green_deployment_config");
  const ready = config?.block("deployment_ready_option");
  const terminate = config?.block("terminate_blue_instances_on_deployment_success");
  return given({
    deploymentStyle: style && { deploymentOption: style.text("deployment_option"), deploymentType: style.text("deployment_type") },
    blueGreenDeploymentConfiguration:
      config &&
      given({
        deploymentReadyOption: ready && given({ actionOnTimeout: ready.maybeText("action_on_timeout"), waitTimeInMinutes: ready.number("wait_time_in_minutes") }),
        terminateBlueInstancesOnDeploymentSuccess: terminate && given({ action: terminate.maybeText("action"), terminationWaitTimeInMinutes: terminate.number("termination_wait_time_in_minutes") }),
      }),
  });
}

function safetyOf(values: Values): object {
  const rollback = values.block("auto_rollback_configuration");
  const alarms = values.block("alarm_configuration");
  const triggers = values.blocks("trigger_configuration");
  return given({
    autoRollbackConfiguration: rollback && { enabled: rollback.flag("enabled") ?? false, events: rollback.texts("events") },
    alarmConfiguration: alarms && { enabled: alarms.flag("enabled") ?? true, ignorePollAlarmFailure: alarms.flag("ignore_poll_alarm_failure") ?? false, alarms: alarms.texts("alarms").map((name) => ({ name })) },
    triggerConfigurations:
      triggers.length === 0 ? undefined : triggers.map((trigger) => ({ triggerName: trigger.text("trigger_name"), triggerTargetArn: trigger.text("trigger_target_arn"), triggerEvents: trigger.texts("trigger_events") })),
  });
}

function loadBalancerOf(values: Values): object | undefined {
  const pair = values.block("load_balancer_info")?.block("target_group_pair_info");
  const production = pair?.block("prod_traffic_route");
  const test = pair?.block("test_traffic_route");
  if (pair === undefined) return undefined;
  return {
    targetGroupPairInfoList: [
      given({
        targetGroups: pair.blocks("target_group").map((group) => ({ name: group.text("name") })),
        prodTrafficRoute: production && { listenerArns: production.texts("listener_arns") },
        testTrafficRoute: test && { listenerArns: test.texts("listener_arns") },
      }),
    ],
  };
}
