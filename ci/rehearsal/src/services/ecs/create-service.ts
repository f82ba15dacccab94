import type { CreateServiceCommandInput, LoadBalancer } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { elbv2State } from "../elbv2/state.ts";
import { tagsOf } from "./create.ts";
import { networkOf } from "./network.ts";
import { clusterOf, findService } from "./services.ts";
import { ecsState, type ServiceLoadBalancer, type ServiceRecord, type TaskDefinitionRecord } from "./state.ts";
import { activeTaskDefinition } from "./task-definitions.ts";
import { createTaskSet } from "./task-sets.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** With its first task set, which runs its task definition; with none, under the EXTERNAL controller. */
export function createService(parts: Parts, input: CreateServiceCommandInput): ServiceRecord {
  const cluster = clusterOf(parts, input.cluster);
  const { serviceName = "", desiredCount = 0, deploymentController, deploymentConfiguration, launchType = "FARGATE" } = input;
  const controller = deploymentController?.type ?? "ECS";
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(serviceName)) throw refuse("Identifier is invalid.");
  if (controller !== "CODE_DEPLOY" && controller !== "EXTERNAL") throw refuse("The rehearsal runs services of the CODE_DEPLOY and EXTERNAL deployment controllers only; it does not deploy for the ECS controller.");
  if (!Number.isInteger(desiredCount) || desiredCount < 0) throw refuse("Desired count must be a whole number that is not negative.");
  const known = findService(parts, cluster.arn, serviceName);
  if (known !== undefined) throw refuse(known.status === "DRAINING" ? "Unable to Start a service that is still Draining." : "Creation of service was not idempotent.");
  if (deploymentConfiguration?.deploymentCircuitBreaker !== undefined) throw refuse("Deployment circuit breaker is only supported with ECS deployment controller.");
  if (deploymentConfiguration?.alarms !== undefined) throw refuse("Alarm based rollback feature is only supported with ECS deployment controller.");
  const definition = controller === "EXTERNAL" ? undefined : activeTaskDefinition(parts, input.taskDefinition);
  const balancers = balancersOf(parts, input.loadBalancers ?? []);
  if (definition !== undefined) requireFit(definition, launchType, balancers, input);
  const service: ServiceRecord = {
    arn: parts.world.arn("ecs", `service/${cluster.name}/${serviceName}`),
    name: serviceName,
    clusterArn: cluster.arn,
    status: "ACTIVE",
    desiredCount,
    deploymentController: controller,
    launchType,
    platformVersion: input.platformVersion ?? "LATEST",
    taskDefinitionArn: definition?.arn ?? "",
    loadBalancers: balancers,
    network: networkOf(input.networkConfiguration),
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? 100,
    maximumPercent: deploymentConfiguration?.maximumPercent ?? 200,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? "NONE",
    createdMs: parts.clock.now(),
    events: [],
    tags: tagsOf(input.tags),
  };
  const state = ecsState(parts);
  // One of that name that was deleted is shown no longer.
  state.services = [...state.services.filter(({ arn }) => arn !== service.arn), service];
  parts.timeline.add("ecs", "service-created", { service: service.arn, desired: desiredCount, deploymentController: controller });
  if (definition !== undefined) createTaskSet(parts, { clusterArn: cluster.arn, serviceArn: service.arn, taskDefinitionArn: definition.arn, loadBalancers: balancers, platformVersion: input.platformVersion, scalePercent: 100 });
  return service;
}

export function balancersOf(parts: Parts, balancers: readonly LoadBalancer[]): ServiceLoadBalancer[] {
  return balancers.map(({ targetGroupArn = "", containerName = "", containerPort = 0 }) => {
    if (!elbv2State(parts).targetGroups.some(({ arn }) => arn === targetGroupArn)) throw refuse(`The specified target group does not exist. ${targetGroupArn}`);
    return { targetGroupArn, containerName, containerPort };
  });
}

function requireFit(definition: TaskDefinitionRecord, launchType: string, balancers: readonly ServiceLoadBalancer[], { networkConfiguration, healthCheckGracePeriodSeconds }: CreateServiceCommandInput & { readonly networkConfiguration?: unknown }): void {
  if (launchType === "FARGATE" && !definition.requiresCompatibilities.includes("FARGATE")) throw refuse("Task definition does not support launch_type FARGATE.");
  if (definition.networkMode === "awsvpc" && networkConfiguration === undefined) throw refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (balancers.length === 0 && healthCheckGracePeriodSeconds !== undefined) throw refuse("Health check grace period is only valid for services configured to use load balancers");
}
