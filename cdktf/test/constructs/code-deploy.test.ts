import { describe, expect, it } from "vitest";
import { environmentStack, type Given } from "../support/synth.ts";

const groupOf = (given: Given = {}) => environmentStack(given).one("aws_codedeploy_deployment_group");

describe("the deployment group", () => {
  it("shifts this service between both target groups, behind both listeners", () => {
    expect(groupOf()).toMatchObject({
      app_name: "${aws_codedeploy_app.deploy-application.name}",
      deployment_group_name: "notes-dg",
      deployment_config_name: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
      deployment_style: { deployment_type: "BLUE_GREEN", deployment_option: "WITH_TRAFFIC_CONTROL" },
      ecs_service: { cluster_name: "${aws_ecs_cluster.ecs-cluster.name}", service_name: "${aws_ecs_service.tasks-service.name}" },
      load_balancer_info: {
        target_group_pair_info: {
          prod_traffic_route: { listener_arns: ["${aws_lb_listener.load-balancer-production-listener.arn}"] },
          test_traffic_route: { listener_arns: ["${aws_lb_listener.load-balancer-test-listener.arn}"] },
          target_group: [{ name: "${aws_lb_target_group.load-balancer-blue.name}" }, { name: "${aws_lb_target_group.load-balancer-green.name}" }],
        },
      },
    });
    expect(environmentStack().one("aws_codedeploy_app")).toMatchObject({ name: "notes", compute_platform: "ECS" });
  });

  it("goes back by itself on a failure, on an alarm, and when it is stopped", () => {
    expect(groupOf()["auto_rollback_configuration"]).toEqual({ enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] });
  });

  it("heeds every alarm of the environment, and stops when it cannot read them", () => {
    const stack = environmentStack();
    const names = Object.keys(stack.all("aws_cloudwatch_metric_alarm")).map((name) => `\${aws_cloudwatch_metric_alarm.${name}.alarm_name}`);
    const { alarms, ...rest } = stack.one("aws_codedeploy_deployment_group")["alarm_configuration"] as { alarms: string[] };
    expect(alarms.toSorted()).toEqual(names.toSorted());
    // AWS takes no more.
    expect(alarms).toHaveLength(10);
    expect(rest).toEqual({ enabled: true, ignore_poll_alarm_failure: false });
  });

  it.each<[string, Given, unknown]>([
    ["goes on by itself", {}, { action_on_timeout: "CONTINUE_DEPLOYMENT" }],
    ["waits for promote, where releases are approved", { release: { approve: true }, environment: { deployment: { readyWaitMinutes: 30 } } }, { action_on_timeout: "STOP_DEPLOYMENT", wait_time_in_minutes: 30 }],
  ])("%s", (_what, given, ready) => {
    expect(groupOf(given)["blue_green_deployment_config"]).toMatchObject({ deployment_ready_option: ready });
  });

  it("keeps the old tasks for some minutes", () => {
    expect(groupOf()["blue_green_deployment_config"]).toMatchObject({ terminate_blue_instances_on_deployment_success: { action: "TERMINATE", termination_wait_time_in_minutes: 5 } });
    expect(groupOf({ environment: { deployment: { terminationWaitMinutes: 60 } } })["blue_green_deployment_config"]).toMatchObject({ terminate_blue_instances_on_deployment_success: { termination_wait_time_in_minutes: 60 } });
  });
});

describe("a configuration of one's own", () => {
  it.each<[string, object, object]>([
    ["linear", { type: "linear", percent: 20, minutes: 3 }, { type: "TimeBasedLinear", time_based_linear: { percentage: 20, interval: 3 } }],
    ["canary", { type: "canary", percent: 5, minutes: 10 }, { type: "TimeBasedCanary", time_based_canary: { percentage: 5, interval: 10 } }],
  ])("is made under its name: %s", (_what, custom, routing) => {
    const stack = environmentStack({ environment: { deployment: { config: "notes-slow", custom } } });
    expect(stack.one("aws_codedeploy_deployment_config")).toMatchObject({ deployment_config_name: "notes-slow", compute_platform: "ECS", traffic_routing_config: routing });
    expect(stack.one("aws_codedeploy_deployment_group")["deployment_config_name"]).toBe("${aws_codedeploy_deployment_config.deploy-configuration.deployment_config_name}");
  });

  it("is not made where it is AWS's own", () => {
    expect(environmentStack().all("aws_codedeploy_deployment_config")).toEqual({});
  });
});
