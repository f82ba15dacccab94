import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient, GetDeploymentGroupCommand } from "@aws-sdk/client-codedeploy";
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { DescribeClustersCommand, DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it, onTestFinished } from "vitest";
import { decide } from "../src/iam/authorise.ts";
import { asRole, mayAssume } from "../src/iam/roles.ts";
import type { Parts } from "../src/parts.ts";
import { collaborators, type Collaborators } from "../src/services/codedeploy/collaborators.ts";
import { forwardOf, setForward, targetGroupByName } from "../src/services/elbv2/forwards.ts";
import { taskProvider } from "../src/tasks/task-provider.ts";
import { iamSlice } from "../src/iam/state.ts";
import { fromTerraform, type FromTerraformOptions, type Imported } from "../src/world/from-terraform.ts";
import { turnsOf } from "../src/world/terraform/order.ts";
import { readTerraform } from "../src/world/terraform/read-terraform.ts";
import { World } from "../src/world/world.ts";
import { startRehearsal, type ClientSettings } from "./support/rehearsal.ts";
import type { AwsRehearsal } from "../src/aws-rehearsal.ts";

/** Stacks by their file's path in the folder. */
async function importing(files: Readonly<Record<string, unknown>>, options: FromTerraformOptions = {}, prepare: (parts: Parts) => void = () => undefined): Promise<{ readonly imported: Imported; readonly client: ClientSettings; readonly rehearsal: AwsRehearsal }> {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-world-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  const started = await startRehearsal({ prepare });
  return { ...started, imported: await fromTerraform(folder, started.rehearsal.parts, options) };
}

const stack = (resource: object, more: object = {}): Record<string, unknown> => ({ "cdk.tf.json": { resource, ...more } });
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }] });

it("has a default VPC with a subnet in each zone", async () => {
  const { client } = await importing(
    stack(
      { aws_lb: { main: { name: "shop", subnets: "${data.aws_subnets.default.ids}" } }, aws_lb_target_group: { blue: { name: "blue", port: 80, protocol: "HTTP", target_type: "ip", vpc_id: "${data.aws_vpc.default.id}" } } },
      { data: { aws_vpc: { default: { default: true } }, aws_subnets: { default: { filter: [{ name: "vpc-id", values: ["${data.aws_vpc.default.id}"] }] } } } },
    ),
  );
  const { LoadBalancers = [] } = await new ElasticLoadBalancingV2Client(client).send(new DescribeLoadBalancersCommand({}));
  expect(LoadBalancers[0]?.AvailabilityZones?.map(({ SubnetId }) => SubnetId)).toEqual(["subnet-0defaulta", "subnet-0defaultb", "subnet-0defaultc"]);
});

it("makes a load balancer whose parts refer to each other, in whatever order they stand", async () => {
  const { client, imported } = await importing(
    stack({
      aws_lb_listener: { web: { load_balancer_arn: "${aws_lb.main.arn}", port: 80, protocol: "HTTP", default_action: [{ type: "forward", target_group_arn: "${aws_lb_target_group.blue.arn}" }] } },
      aws_lb_target_group: { blue: { name: "${local.name}-blue", port: "80", protocol: "HTTP", target_type: "ip", vpc_id: "${aws_vpc.main.id}", health_check: { path: "/ready" } } },
      aws_lb: { main: { name: '${join("-", [var.project, "lb"])}', subnets: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"] } },
      aws_subnet: { a: {}, b: {} },
      aws_vpc: { main: {} },
    }, { variable: { project: { default: "shop" } }, locals: { name: "${var.project}" } }),
  );
  const elb = new ElasticLoadBalancingV2Client(client);
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ["shop-lb"] }));
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }));
  expect(Listeners).toMatchObject([{ Port: 80, DefaultActions: [{ TargetGroupArn: expect.stringContaining("targetgroup/shop-blue/") as string }] }]);
  expect(imported.created.at(-1)).toBe("aws_lb_listener.web");
});

it("makes the rules of a listener, by their priority or in their order", async () => {
  const forward = [{ type: "forward", target_group_arn: "${aws_lb_target_group.blue.arn}" }];
  const rule = (condition: object, more: object = {}): object => ({ listener_arn: "${aws_lb_listener.web.arn}", action: forward, condition: [condition], ...more });
  const { client } = await importing(
    stack({
      aws_lb_listener_rule: { hosts: rule({ host_header: { values: ["notes.example.com"] } }, { priority: 20 }), paths: rule({ path_pattern: [{ values: ["/api/*"] }] }), headers: rule({ http_header: { http_header_name: "x-canary", values: ["1"] } }) },
      aws_lb_listener: { web: { load_balancer_arn: "${aws_lb.main.arn}", port: 80, protocol: "HTTP", default_action: [{ type: "fixed-response", fixed_response: { content_type: "text/plain", status_code: "404" } }] } },
      aws_lb_target_group: { blue: { name: "blue", port: 80, protocol: "HTTP", target_type: "ip", vpc_id: "vpc-1" } },
      aws_lb: { main: { name: "main", subnets: ["subnet-1", "subnet-2"] } },
    }),
  );
  const elb = new ElasticLoadBalancingV2Client(client);
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { Listeners: [listener] = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener?.ListenerArn }));
  expect(Rules.map(({ Priority, Conditions }) => [Priority, Conditions?.[0]?.Field])).toEqual([["20", "host-header"], ["21", "path-pattern"], ["22", "http-header"], ["default", undefined]]);
  await expect(importing(stack({ aws_lb_listener_rule: { odd: { listener_arn: "x", priority: 1, action: forward, condition: [{ source_ip: { values: ["10.0.0.0/8"] } }] } }, aws_lb_target_group: { blue: { name: "blue", port: 80, protocol: "HTTP", target_type: "ip" } } }))).rejects.toThrow("have the conditions path_pattern");
});

it("takes over a repository's lifecycle policy", async () => {
  const policy = JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 9 }, action: { type: "expire" } }] });
  const { client } = await importing(stack({ aws_ecr_lifecycle_policy: { a: { repository: "${aws_ecr_repository.a.name}", policy } }, aws_ecr_repository: { a: { name: "shop" } } }));
  expect((await new ECRClient(client).send(new GetLifecyclePolicyCommand({ repositoryName: "shop" }))).lifecyclePolicyText).toBe(policy);
});

it("takes over the tags of ECS's resources, and a cluster's capacity providers", async () => {
  const { client } = await importing(
    stack({
      aws_ecs_cluster: { main: { name: "main", tags: { team: "notes" } } },
      aws_ecs_cluster_capacity_providers: { main: { cluster_name: "${aws_ecs_cluster.main.name}", capacity_providers: ["FARGATE"], default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }] } },
      aws_ecs_task_definition: { web: { family: "web", network_mode: "awsvpc", requires_compatibilities: ["FARGATE"], cpu: "256", memory: "512", container_definitions: JSON.stringify([{ name: "web", image: "web" }]), tags: { stage: "prod" } } },
    }),
  );
  const ecs = new ECSClient(client);
  expect((await ecs.send(new DescribeClustersCommand({ clusters: ["main"] }))).clusters).toMatchObject([{ tags: [{ key: "team", value: "notes" }], capacityProviders: ["FARGATE"], defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] }]);
  expect((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }))).tags).toEqual([{ key: "stage", value: "prod" }]);
});

it("reads policies from data sources, JSON texts with references, and jsonencode()", async () => {
  const { rehearsal } = await importing(
    stack(
      {
        aws_ecr_repository: { a: { name: "shop" } },
        aws_iam_role: { ci: { name: "ci", assume_role_policy: trust } },
        aws_iam_role_policy: {
          one: { role: "${aws_iam_role.ci.id}", policy: "${data.aws_iam_policy_document.push.json}" },
          two: { role: "${aws_iam_role.ci.name}", policy: '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Action" = ["ecs:*"], "Resource" = "arn:aws:ecs:${data.aws_region.current.name}:*:*"}]})}' },
        },
      },
      { data: { aws_region: { current: {} }, aws_iam_policy_document: { push: { statement: [{ actions: ["ecr:PutImage"], resources: ["${aws_ecr_repository.a.arn}"], condition: [{ test: "StringEquals", variable: "aws:RequestedRegion", values: ["eu-west-1"] }] }] } } } },
    ),
  );
  const { parts } = rehearsal;
  const may = (action: string, resource: string): boolean => decide(asRole(parts, "ci", "x"), { action, resource }, parts).isAllowed;
  expect(may("ecr:PutImage", "arn:aws:ecr:eu-west-1:123456789012:repository/shop")).toBe(true);
  expect(may("ecr:PutImage", "arn:aws:ecr:eu-west-1:123456789012:repository/b")).toBe(false);
  expect(may("ecs:DescribeServices", "arn:aws:ecs:eu-west-1:123456789012:service/c/s")).toBe(true);
  // What is saved is read again as it was.
  const saved: unknown = JSON.parse(JSON.stringify(parts.world));
  expect(World.restore(saved).slice(iamSlice)).toEqual(parts.world.slice(iamSlice));
});

it("lists what it ignores, on the timeline too, and what it answered in its place", async () => {
  const { imported, rehearsal } = await importing(
    stack({
      aws_sns_topic: { alerts: { name: "alerts" } },
      aws_s3_bucket: { logs: { bucket: "logs" } },
      aws_cloudwatch_metric_alarm: { a: { alarm_name: "a", comparison_operator: "GreaterThanThreshold", evaluation_periods: 1, threshold: 1, period: 60, statistic: "Sum", namespace: "x", metric_name: "y", alarm_actions: ["${aws_sns_topic.alerts.arn}"] } },
    }),
  );
  expect(imported).toEqual({ created: ["aws_cloudwatch_metric_alarm.a"], ignored: ["aws_sns_topic.alerts", "aws_s3_bucket.logs"], standIns: ["aws_sns_topic.alerts.arn"] });
  expect(rehearsal.parts.timeline.since().find(({ what }) => what === "world-made")?.detail).toMatchObject({ ignored: imported.ignored });
});

it("follows references from stack to stack", async () => {
  const { client } = await importing({
    "stacks/base/cdk.tf.json": { resource: { aws_ecr_repository: { a: { name: "shared" } } }, output: { "cross-stack-output-aws_ecr_repositoryaname": { value: "${aws_ecr_repository.a.name}" } } },
    "stacks/app/cdk.tf.json": { data: { terraform_remote_state: { "cross-stack-reference-input-base": {} } }, resource: { aws_ecr_repository: { b: { name: "${data.terraform_remote_state.cross-stack-reference-input-base.outputs.cross-stack-output-aws_ecr_repositoryaname}-app" } } } },
  });
  expect((await new ECRClient(client).send(new DescribeRepositoriesCommand({}))).repositories?.map(({ repositoryName }) => repositoryName).toSorted()).toEqual(["shared", "shared-app"]);
});

it("takes values that only a real AWS would know, and variables, from outside", async () => {
  const { rehearsal } = await importing(stack({ aws_db_instance: { main: {} }, aws_secretsmanager_secret: { s: { name: "${var.stage}-${aws_db_instance.main.address}" } } }), { values: { "var.stage": "dev", "aws_db_instance.main.address": "db" } });
  expect(JSON.stringify(rehearsal.parts.world)).toContain("dev-db");
});

it.each<[string, Record<string, unknown>, string]>([
  ["that is not JSON", { "cdk.tf.json": "{" }, "cdk.tf.json is not JSON"],
  ["of another form", { "cdk.tf.json": { resource: [] } }, "cdk.tf.json is not Terraform JSON: resource"],
  ["that is not there", { "readme.md": "" }, "has neither a cdk.tf.json nor stacks/<name>/cdk.tf.json"],
  ["of another region", stack({}, { provider: { aws: [{ region: "us-east-1" }] } }), "is for us-east-1, and this rehearsal's world is in eu-west-1"],
  ["that refers to no resource", stack({ aws_ecr_repository: { a: { name: "${aws_ecr_repository.b.name}" } } }), "aws_ecr_repository.a.name refers to aws_ecr_repository.b.name, and there is no such resource."],
  ["that refers to no attribute", stack({ aws_ecr_repository: { a: { name: "shop" }, b: { name: "${aws_ecr_repository.a.colour}" } } }), "aws_ecr_repository.b.name refers to aws_ecr_repository.a.colour, and the rehearsal does not know that attribute."],
  ["that needs what it ignores", stack({ aws_db_instance: { main: {} }, aws_ecr_repository: { a: { name: "${aws_db_instance.main.resource_id}" } } }), 'the rehearsal ignores aws_db_instance; give the value under "values"'],
  ["with a circle", stack({ aws_ecr_repository: { a: { name: "${aws_ecr_repository.b.id}" }, b: { name: "${aws_ecr_repository.a.id}" } } }), "These need each other: aws_ecr_repository.a → aws_ecr_repository.b → aws_ecr_repository.a."],
  ["with a variable that nobody gave", stack({ aws_ecr_repository: { a: { name: "${var.name}" } } }, { variable: { name: {} } }), "needs var.name, which has no default"],
  ["with an unknown local", stack({ aws_ecr_repository: { a: { name: "${local.name}" } } }), "refers to local.name, and there is no such local value"],
  ["with an unknown data source", stack({ aws_ecr_repository: { a: { name: "${data.aws_ami.x.id}" } } }, { data: { aws_ami: { x: {} } } }), "the rehearsal does not have the data source aws_ami"],
  ["with an unknown function", stack({ aws_ecr_repository: { a: { name: '${bcrypt("x")}' } } }), "calls bcrypt(), which the rehearsal does not have"],
  ["with an expression that it cannot read", stack({ aws_ecr_repository: { a: { name: "${1 + 2}" } } }), "cannot read the expression ${1 + 2}"],
  ["with a count", stack({ aws_ecr_repository: { a: { name: "a", count: 2 } } }), "aws_ecr_repository.a has count, which the rehearsal does not read"],
  ["without a name", stack({ aws_ecr_repository: { a: {} } }), "aws_ecr_repository.a has no name."],
  ["that a service refuses", stack({ aws_ecr_repository: { a: { name: "A B" } } }), "aws_ecr_repository.a: InvalidParameterException: Invalid parameter at 'repositoryName'"],
  ["with a policy that cannot be judged", stack({ aws_iam_role: { a: { name: "a", assume_role_policy: "{" } } }), "aws_iam_role.a: MalformedPolicyDocumentException"],
])("refuses a stack %s, and says why", async (_name, files, why) => {
  await expect(importing(files)).rejects.toThrow(why);
});

it("makes the policies of a service's roles before the service, whose tasks need them, save one that names it", () => {
  const document = structuredClone(readTerraform(notes)[0]?.document ?? expect.fail("there is no stack"));
  Object.assign(document.resource["aws_iam_role_policy"]?.["deployer"] ?? {}, { policy: "of ${aws_ecs_service.notes.id}" });
  const turns = turnsOf(document).map((turn) => turn.join("."));
  const at = (address: string): number => turns.indexOf(address);
  expect(at("aws_iam_role_policy.execution")).toBeLessThan(at("aws_ecs_service.notes"));
  expect(at("aws_iam_role_policy_attachment.execution")).toBeLessThan(at("aws_ecs_service.notes"));
  expect(at("aws_iam_role_policy.deployer")).toBeGreaterThan(at("aws_ecs_service.notes"));
});

const notes = join(import.meta.dirname, "../worlds/notes.tf.json");
const home = "eu-west-1:123456789012";

it("makes the Notes world", async () => {
  const { rehearsal, client } = await startRehearsal({
    prepare: (parts) => {
      parts.provide(taskProvider, { start: () => ({ exit: () => undefined, stop: async () => Promise.resolve() }), stop: async () => Promise.resolve() });
    },
  });
  const { ignored, standIns } = await fromTerraform(notes, rehearsal.parts);
  expect({ ignored, standIns }).toEqual({ ignored: [], standIns: [] });
  const { services: [service] = [] } = await new ECSClient(client).send(new DescribeServicesCommand({ cluster: "notes-cluster", services: ["notes-service"] }));
  expect(service).toMatchObject({ deploymentController: { type: "CODE_DEPLOY" }, desiredCount: 1 });
  const { deploymentGroupInfo } = await new CodeDeployClient(client).send(new GetDeploymentGroupCommand({ applicationName: "notes", deploymentGroupName: "notes-dg" }));
  expect(deploymentGroupInfo).toMatchObject({ ecsServices: [{ clusterName: "notes-cluster", serviceName: "notes-service" }], alarmConfiguration: { alarms: [{ name: "notes-5xx-alarm" }] } });
});

/** Everything of the Notes world that is not run by ECS. */
async function notesWithoutEcs(): Promise<Awaited<ReturnType<typeof importing>>> {
  const world = JSON.parse(readFileSync(notes, "utf8")) as { resource: Record<string, unknown> };
  const resource = Object.fromEntries(Object.entries(world.resource).filter(([type]) => !type.startsWith("aws_ecs_")));
  const values = {
    "aws_ecs_cluster.notes.arn": `arn:aws:ecs:${home}:cluster/notes-cluster`,
    "aws_ecs_cluster.notes.name": "notes-cluster",
    "aws_ecs_service.notes.id": `arn:aws:ecs:${home}:service/notes-cluster/notes-service`,
    "aws_ecs_service.notes.name": "notes-service",
  };
  const prepare = (parts: Parts): void => {
    const asked: Partial<Collaborators> = {
      findService: () => ({ clusterArn: "", serviceArn: values["aws_ecs_service.notes.id"], deploymentController: "CODE_DEPLOY" }),
      targetGroupArn: (name) => targetGroupByName(parts, name)?.arn,
      mayAssume: (role) => mayAssume(parts, role, { service: "codedeploy.amazonaws.com" }),
      forwardOf: (listener) => forwardOf(parts, listener),
      setForward: (listener, weights) => {
        setForward(parts, listener, weights);
      },
    };
    parts.provide(collaborators, asked as Collaborators);
  };
  return importing({ "cdk.tf.json": { ...world, resource } }, { values }, prepare);
}

it("attaches the Notes alarm to the deployment group, and has it watch both target groups", async () => {
  const { client, imported } = await notesWithoutEcs();
  expect(imported).toMatchObject({ ignored: [], standIns: [] });
  const { MetricAlarms: [alarm] = [] } = await new CloudWatchClient(client).send(new DescribeAlarmsCommand({ AlarmNames: ["notes-5xx-alarm"] }));
  expect(alarm).toMatchObject({ EvaluationPeriods: 2, DatapointsToAlarm: 2, TreatMissingData: "notBreaching" });
  for (const group of ["notes-blue", "notes-green"]) expect(JSON.stringify(alarm?.Metrics)).toContain(`targetgroup/${group}/`);
  const { deploymentGroupInfo } = await new CodeDeployClient(client).send(new GetDeploymentGroupCommand({ applicationName: "notes", deploymentGroupName: "notes-dg" }));
  expect(deploymentGroupInfo).toMatchObject({
    deploymentConfigName: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    alarmConfiguration: { enabled: true, alarms: [{ name: "notes-5xx-alarm" }] },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] },
    blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 5 } },
    loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: "notes-blue" }, { name: "notes-green" }] }] },
  });
});

it("lets the Notes deployer do what a release needs, and no more", async () => {
  const { parts } = (await notesWithoutEcs()).rehearsal;
  const may = (action: string, resource: string, context: Record<string, string> = {}): boolean => decide(asRole(parts, "notes-deployer", "ci"), { action, resource, context }, parts).isAllowed;
  expect(may("ecr:GetAuthorizationToken", "*")).toBe(true);
  expect(may("ecr:PutImage", `arn:aws:ecr:${home}:repository/notes-backend`)).toBe(true);
  expect(may("ecr:PutImage", `arn:aws:ecr:${home}:repository/other`)).toBe(false);
  expect(may("ecs:DescribeServices", `arn:aws:ecs:${home}:service/notes-cluster/notes-service`)).toBe(true);
  expect(may("ecs:UpdateService", `arn:aws:ecs:${home}:service/notes-cluster/notes-service`)).toBe(false);
  expect(may("codedeploy:CreateDeployment", `arn:aws:codedeploy:${home}:deploymentgroup:notes/notes-dg`)).toBe(true);
  expect(may("codedeploy:CreateDeployment", `arn:aws:codedeploy:${home}:deploymentgroup:notes/other`)).toBe(false);
  expect(may("codedeploy:StopDeployment", "*")).toBe(true);
  expect(may("codedeploy:GetDeploymentConfig", `arn:aws:codedeploy:${home}:deploymentconfig:CodeDeployDefault.ECSLinear10PercentEvery1Minutes`)).toBe(true);
  expect(may("iam:PassRole", "arn:aws:iam::123456789012:role/notes-task", { "iam:PassedToService": "ecs-tasks.amazonaws.com" })).toBe(true);
  expect(may("iam:PassRole", "arn:aws:iam::123456789012:role/notes-task", { "iam:PassedToService": "lambda.amazonaws.com" })).toBe(false);
  expect(may("elasticloadbalancing:ModifyListener", `arn:aws:elasticloadbalancing:${home}:listener/app/notes-lb/1/2`)).toBe(false);
});
