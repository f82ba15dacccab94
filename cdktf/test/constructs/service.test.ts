import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { environmentStack, type Synthesised } from "../support/synth.ts";

const lab = environmentStack();
const production = environmentStack({ environment: { preset: "production" } });
const ignored = (stack: Synthesised): unknown => (stack.one("aws_ecs_service")["lifecycle"] as { ignore_changes: unknown }).ignore_changes;

const container = z.object({ name: z.string(), image: z.string(), user: z.string(), readonlyRootFilesystem: z.boolean(), healthCheck: z.object({ command: z.array(z.string()) }), portMappings: z.array(z.object({ containerPort: z.number() })), mountPoints: z.array(z.unknown()), linuxParameters: z.unknown(), environment: z.array(z.object({ name: z.string(), value: z.string() })) });

describe("the service", () => {
  it("leaves to the pipeline which revision runs, and behind which target group", () => {
    expect(lab.one("aws_ecs_service")).toMatchObject({ name: "notes-service", desired_count: 1, launch_type: "FARGATE", platform_version: "1.4.0", health_check_grace_period_seconds: 120, deployment_controller: { type: "CODE_DEPLOY" } });
    expect(ignored(lab)).toEqual(["task_definition", "load_balancer"]);
  });

  it("leaves the count to autoscaling, where there is any", () => {
    expect(production.one("aws_ecs_service")["desired_count"]).toBe(2);
    expect(ignored(production)).toEqual(["task_definition", "load_balancer", "desired_count"]);
  });

  it("begins when both listeners lead to its target group", () => {
    expect(lab.one("aws_ecs_service")["depends_on"]).toEqual(["aws_lb_listener.load-balancer-production-listener", "aws_lb_listener.load-balancer-test-listener"]);
  });

  it("lets people in by Session Manager, and writes down what they do", () => {
    expect(lab.one("aws_ecs_service")["enable_execute_command"]).toBe(true);
    expect(lab.one("aws_ecs_cluster")).toMatchObject({
      name: "notes-cluster",
      setting: [{ name: "containerInsights", value: "enabled" }],
      configuration: { execute_command_configuration: { logging: "OVERRIDE", kms_key_id: "${aws_kms_key.key-key.arn}", log_configuration: { cloud_watch_encryption_enabled: true, cloud_watch_log_group_name: "${aws_cloudwatch_log_group.logs-exec.name}" } } },
    });
  });
});

describe("what it begins with", () => {
  const task = lab.one("aws_ecs_task_definition");
  const [proxy] = z.tuple([container]).parse(JSON.parse(String(task["container_definitions"])));
  const released = z.object({ containerDefinitions: z.array(z.object({ name: z.string() }).loose()) }).parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../services/task-definition.json"), "utf8"))).containerDefinitions.find(({ name }) => name === "proxy");

  it("is the proxy alone, from the one image that is tagged so for ever", () => {
    expect(proxy).toMatchObject({ image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy:bootstrap", environment: [{ name: "LISTEN_PORT", value: "8080" }, { name: "NOTES_BOOTSTRAP", value: "on" }] });
    expect(task).toMatchObject({ family: "notes-task", network_mode: "awsvpc", requires_compatibilities: ["FARGATE"], execution_role_arn: "${aws_iam_role.roles-execution-role.arn}", task_role_arn: "${aws_iam_role.roles-task-role.arn}" });
  });

  it("runs as the proxy does in every release: its user, its files, its port, its health check", () => {
    const same = ["user", "readonlyRootFilesystem", "linuxParameters", "mountPoints", "portMappings", "stopTimeout"];
    const full = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(String(task["container_definitions"])))[0];
    for (const member of same) expect(full?.[member]).toEqual(released?.[member]);
    expect(proxy.healthCheck.command).toEqual((released?.["healthCheck"] as { command: unknown }).command);
  });

  it("has no secret, and no database", () => {
    expect(String(task["container_definitions"])).not.toMatch(/secret|DATABASE/);
  });
});

describe("autoscaling", () => {
  it("is between the wanted count and the most, by processor and by requests", () => {
    expect(production.one("aws_appautoscaling_target")).toMatchObject({ min_capacity: 2, max_capacity: 6, resource_id: "service/${aws_ecs_cluster.ecs-cluster.name}/${aws_ecs_service.tasks-service.name}" });
    expect(production.one("aws_appautoscaling_policy", "tasks-autoscaling-cpu")["target_tracking_scaling_policy_configuration"]).toMatchObject({ target_value: 60, predefined_metric_specification: { predefined_metric_type: "ECSServiceAverageCPUUtilization" } });
  });

  it("counts the requests of whichever target group has them", () => {
    const { customized_metric_specification: specification } = production.one("aws_appautoscaling_policy", "tasks-autoscaling-requests")["target_tracking_scaling_policy_configuration"] as { customized_metric_specification: { metrics: { id: string; expression?: string; metric_stat?: { metric: { dimensions: { name: string; value: string }[] } } }[] } };
    const [busier, ...each] = specification.metrics;
    expect(busier?.expression).toBe("MAX([FILL(blue, 0), FILL(green, 0)])");
    expect(each.map(({ id, metric_stat: stat }) => [id, stat?.metric.dimensions.find(({ name }) => name === "TargetGroup")?.value])).toEqual([
      ["blue", "${aws_lb_target_group.load-balancer-blue.arn_suffix}"],
      ["green", "${aws_lb_target_group.load-balancer-green.arn_suffix}"],
    ]);
  });

  it("is not in lab", () => {
    expect(lab.all("aws_appautoscaling_target")).toEqual({});
  });
});
