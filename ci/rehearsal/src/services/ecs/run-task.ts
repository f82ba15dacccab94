import type { Failure, RunTaskCommandInput, TaskOverride } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { tagsOf } from "./create.ts";
import { networkOf } from "./network.ts";
import { scheduler } from "./scheduler.ts";
import { clusterOf } from "./services.ts";
import type { ClusterRecord, TaskDefinitionRecord, TaskRecord } from "./state.ts";
import { activeTaskDefinition } from "./task-definitions.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);
const mostAtOnce = 10;

/** Tasks that run once, on Fargate: nobody replaces them when they end. Those that find no place are failures. */
export function runTask(parts: Parts, input: RunTaskCommandInput): { readonly tasks: readonly TaskRecord[]; readonly failures: readonly Failure[] } {
  const { count = 1, enableECSManagedTags = false, group, overrides = {}, propagateTags, startedBy, tags } = input;
  const cluster = clusterOf(parts, input.cluster);
  const definition = activeTaskDefinition(parts, input.taskDefinition);
  if (!Number.isInteger(count) || count < 1 || count > mostAtOnce) throw refuse(`The requested number of tasks to run must be between 1 and ${String(mostAtOnce)}.`);
  if (startedBy !== undefined && !/^[A-Za-z0-9/_.-]{0,128}$/.test(startedBy)) throw refuse("Identifier is invalid.");
  requireFargate(cluster, input, definition);
  checkOverrides(definition, overrides);
  const network = networkOf(input.networkConfiguration);
  if (network === undefined) throw refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const own = { group: group ?? `family:${definition.family}`, overrides, ...(startedBy !== undefined && { startedBy }) };
  const taskTags = { ...(enableECSManagedTags && { "aws:ecs:clusterName": cluster.name }), ...(propagateTags === "TASK_DEFINITION" && definition.tags), ...tagsOf(tags) };
  const tasks: TaskRecord[] = [];
  while (tasks.length < count) {
    const task = parts.get(scheduler).runTask({ clusterArn: cluster.arn, serviceArn: "", taskSetArn: "", taskDefinition: definition.arn, own, network, tags: taskTags });
    if (task === undefined) break;
    tasks.push(task);
  }
  const missing = Array.from({ length: count - tasks.length }, () => ({ reason: "Capacity is unavailable at this time. Please try again later or in a different availability zone" }));
  return { tasks, failures: missing };
}

/** By the launch type, or by the strategy that is given or is the cluster's. Without one, AWS looks for instances, and there are none. */
function requireFargate(cluster: ClusterRecord, { capacityProviderStrategy = [], launchType }: RunTaskCommandInput, { requiresCompatibilities }: TaskDefinitionRecord): void {
  if (launchType !== undefined && capacityProviderStrategy.length > 0) throw refuse("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.");
  if (capacityProviderStrategy.some(({ capacityProvider = "" }) => cluster.capacityProviders?.includes(capacityProvider) !== true)) {
    throw refuse("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.");
  }
  const isFargate = launchType === "FARGATE" || (launchType === undefined && (capacityProviderStrategy.length > 0 || (cluster.defaultStrategy ?? []).length > 0));
  if (!isFargate) throw refuse("No Container Instances were found in your cluster.");
  if (!requiresCompatibilities.includes("FARGATE")) throw refuse("Task definition does not support launch_type FARGATE.");
}

/** Throws for what cannot be heeded: a task would run with other settings than were asked for. */
function checkOverrides({ containers }: TaskDefinitionRecord, overrides: TaskOverride): void {
  const unknown = given(overrides).filter((name) => !["containerOverrides", "taskRoleArn", "executionRoleArn"].includes(name));
  for (const override of overrides.containerOverrides ?? []) {
    if (!containers.some(({ name }) => name === override.name)) throw refuse(`Override for container named ${String(override.name)} is not a container in the TaskDefinition.`);
    unknown.push(...given(override).filter((name) => !["name", "command", "environment", "cpu", "memory"].includes(name)).map((name) => `containerOverrides.${name}`));
  }
  if (unknown.length > 0) throw new AwsError("NotImplemented", `The rehearsal's RunTask does not have the overrides ${unknown.join(", ")}. They would be in ci/rehearsal/src/services/ecs/run-task.ts.`, { status: 501 });
}

/** The members that say something. */
const given = (members: object): string[] => Object.entries(members).filter(([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0)).map(([name]) => name);
