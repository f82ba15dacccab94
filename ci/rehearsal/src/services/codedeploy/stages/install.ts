import { AwsError } from "../../../protocol/aws-error.ts";
import type { TaskDefinitionView } from "../collaborators.ts";
import { authoriseRole, ecsRefused, failed, type Run, type Step } from "../run.ts";
import type { AppSpec } from "../state.ts";
import { callEcs, onTaskSets } from "../task-sets.ts";
import { clearLeftOvers, findSides } from "./sides.ts";

const longestMs = 60 * 60_000;

/** Creates the green task set, and waits for it to be steady. */
export function install(run: Run): Step {
  const { cloud, deployment, parts } = run;
  const wait = deployment.green?.taskSetArn === undefined ? begin(run) : undefined;
  if (wait !== undefined) return wait;
  const green = cloud.taskSetsOf(deployment.serviceArn ?? "").find(({ taskSetArn }) => taskSetArn === deployment.green?.taskSetArn);
  if (green === undefined) throw failed("ECS_UPDATE_ERROR", "The ECS service cannot be updated due to an unexpected error: The replacement task set is gone. Check your ECS service status.");
  if (green.isSteady) return "done";
  const untilMs = deployment.stageSinceMs + longestMs;
  if (parts.clock.now() >= untilMs) throw failed("TIMEOUT", "The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.");
  return { untilMs };
}

/** Undefined once there is a task set. */
function begin(run: Run): Step | undefined {
  const { cloud, deployment, parts } = run;
  const { appSpec, settings } = deployment;
  if (appSpec === undefined) throw failed("INTERNAL_ERROR", "The deployment has no AppSpec.");
  const service = cloud.findService(settings.clusterName, settings.serviceName);
  if (service === undefined) throw failed("INVALID_ECS_SERVICE", `The ECS service ${settings.serviceName} of the cluster ${settings.clusterName} could not be found.`);
  deployment.clusterArn = service.clusterArn;
  deployment.serviceArn = service.serviceArn;
  authoriseRole(run, "AmazonECS", [{ action: "ecs:DescribeServices", resource: service.serviceArn, context: { "ecs:cluster": service.clusterArn } }]);
  findSides(run, cloud.taskSetsOf(service.serviceArn));
  const { blue, green } = deployment;
  if (blue === undefined || green === undefined) throw failed("INTERNAL_ERROR", "The deployment has no sides.");
  const wait = clearLeftOvers(run, blue);
  if (wait !== undefined) return wait;
  const taskDefinition = taskDefinitionFor(run, appSpec);
  authoriseRole(run, "AmazonECS", [
    onTaskSets(run, "CreateTaskSet"),
    ...taskDefinition.roleArns.map((resource) => ({ action: "iam:PassRole", resource, context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } })),
  ]);
  const made = callEcs(run, () =>
    cloud.createTaskSet({
      clusterArn: service.clusterArn,
      serviceArn: service.serviceArn,
      taskDefinitionArn: taskDefinition.taskDefinitionArn,
      externalId: deployment.id,
      targetGroupArn: green.targetGroupArn,
      containerName: appSpec.containerName,
      containerPort: appSpec.containerPort,
      network: appSpec.network,
      platformVersion: appSpec.platformVersion,
    }),
  );
  deployment.green = { ...green, taskSetArn: made.taskSetArn };
  parts.timeline.add("codedeploy", "task-set-created", { deployment: deployment.id, taskSet: made.taskSetArn, taskDefinition: taskDefinition.taskDefinitionArn });
  return undefined;
}

/** Refused as ECS refuses it, which CodeDeploy passes on. */
function taskDefinitionFor({ cloud, parts }: Run, { taskDefinition, containerName, containerPort }: AppSpec): TaskDefinitionView {
  const refuse = (message: string): unknown => ecsRefused(parts, new AwsError("InvalidParameterException", message));
  const revision = /:task-definition\/[^:]+:(.+)$/.exec(taskDefinition)?.[1];
  if (revision !== undefined && !/^\d+$/.test(revision)) throw refuse(`Invalid revision number. Number: ${revision}`);
  const found = cloud.findTaskDefinition(taskDefinition);
  if (found === undefined) throw refuse("TaskDefinition not found.");
  const container = found.containers.find(({ name }) => name === containerName);
  if (container === undefined) throw refuse(`The container ${containerName} does not exist in the task definition.`);
  if (!container.ports.includes(containerPort)) throw refuse(`The container ${containerName} did not have a container port ${String(containerPort)} defined.`);
  return found;
}
