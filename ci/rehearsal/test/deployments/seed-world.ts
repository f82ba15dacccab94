import { attachRolePolicy, createRole } from "../../src/iam/create.ts";
import { network } from "../../src/network/network.ts";
import type { Parts } from "../../src/parts.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { createTaskSet } from "../../src/services/ecs/task-sets.ts";
import { createListener, createLoadBalancer, createTargetGroup } from "../../src/services/elbv2/create.ts";
import { taskProvider } from "../../src/tasks/task-provider.ts";
import { taskDefinitionArn } from "../services/codedeploy/cloud-double.ts";
import { handlerTasks } from "./handler-tasks.ts";

export const serviceArn = "arn:aws:ecs:eu-west-1:123456789012:service/main/web";
export const forEcs = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS";

/** Before anything runs: tasks that answer in this process. */
export const inProcess = (parts: Parts): void => {
  parts.provide(
    taskProvider,
    handlerTasks(parts.get(network), () => new Response("ok")),
  );
};

/** What is there before a first release: CodeDeploy's role, a load balancer with two groups and two listeners, and a service of two tasks behind `blue`. */
export function seedWorld(parts: Parts, policy: string | undefined): { readonly blue: string; readonly green: string; readonly prod: string; readonly test: string } {
  createRole(parts, { RoleName: "codedeploy", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "codedeploy.amazonaws.com" }, Action: "sts:AssumeRole" }] }) });
  if (policy !== undefined) attachRolePolicy(parts, { RoleName: "codedeploy", PolicyArn: policy });
  const { arn: LoadBalancerArn } = createLoadBalancer(parts, { Name: "web", Subnets: ["subnet-a", "subnet-b"] });
  const [blue, green] = ["blue", "green"].map((Name) => createTargetGroup(parts, { Name, Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip" }).arn);
  if (blue === undefined || green === undefined) throw new Error("no target groups");
  const listen = (Port: number): string => createListener(parts, { LoadBalancerArn, Protocol: "HTTP", Port, DefaultActions: [{ Type: "forward", TargetGroupArn: blue }] }).arn;
  const [prod, test] = [listen(80), listen(9000)];
  seedEcs(parts, blue);
  return { blue, green, prod, test };
}

function seedEcs(parts: Parts, targetGroupArn: string): void {
  const state = ecsState(parts);
  const clusterArn = parts.world.arn("ecs", "cluster/main");
  const loadBalancers = [{ targetGroupArn, containerName: "proxy", containerPort: 8080 }];
  const createdMs = parts.clock.now();
  state.clusters.push({ arn: clusterArn, name: "main", tags: {} });
  for (const revision of [1, 2]) {
    state.taskDefinitions.push({ arn: taskDefinitionArn(revision), family: "web", revision, status: "ACTIVE", registeredMs: createdMs, registeredBy: "a test", cpu: 256, memory: 512, networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], containers: [{ name: "proxy", image: "web", essential: true, portMappings: [{ containerPort: 8080 }] }], tags: {} });
  }
  state.services.push({
    arn: serviceArn,
    name: "web",
    clusterArn,
    status: "ACTIVE",
    desiredCount: 2,
    deploymentController: "CODE_DEPLOY",
    launchType: "FARGATE",
    platformVersion: "1.4.0",
    taskDefinitionArn: taskDefinitionArn(1),
    loadBalancers,
    network: { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"], assignPublicIp: "DISABLED" },
    healthCheckGracePeriodSeconds: 0,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: "NONE",
    createdMs,
    events: [],
    tags: {},
  });
  createTaskSet(parts, { clusterArn, serviceArn, taskDefinitionArn: taskDefinitionArn(1), loadBalancers, scalePercent: 100 });
}

/** For the input of a group: the pair with its two listeners. */
export const routesOf = ({ prod, test }: { readonly prod: string; readonly test: string }) => ({
  loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: "blue" }, { name: "green" }], prodTrafficRoute: { listenerArns: [prod] }, testTrafficRoute: { listenerArns: [test] } }] },
});
