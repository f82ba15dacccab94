import { AwsError } from "../../../protocol/aws-error.ts";
import type { TaskDefinitionView, TaskSetView } from "../collaborators.ts";
import { authoriseRole, ecsRefused, elbRefused, failed, type Run, type Step } from "../run.ts";
import type { AppSpec } from "../state.ts";
import { callEcs, onTaskSets, removeTaskSet } from "../task-sets.ts";
import { weighProduction } from "../traffic.ts";

const longestMs = 60 * 60_000;

/** Creates the green task set, and waits for it to be steady. */
export function install(run: Run): Step {
  const { cloud, deployment, parts } = run;
  if (deployment.green?.taskSetArn === undefined) begin(run);
  const green = cloud.taskSetsOf(deployment.serviceArn ?? "").find(({ taskSetArn }) => taskSetArn === deployment.green?.taskSetArn);
  if (green === undefined) throw failed("ECS_UPDATE_ERROR", "The ECS service cannot be updated due to an unexpected error: The replacement task set is gone. Check your ECS service status.");
  if (green.isSteady) return "done";
  const untilMs = deployment.stageSinceMs + longestMs;
  if (parts.clock.now() >= untilMs) throw failed("TIMEOUT", "The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.");
  return { untilMs };
}

function begin(run: Run): void {
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
  clearLeftOvers(run, blue.taskSetArn);
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
}

/** The primary task set is blue, and so is its target group, which has to be one of the two and behind the production listener. */
function findSides(run: Run, taskSets: readonly TaskSetView[]): void {
  const { cloud, deployment } = run;
  const { prodListenerArn, targetGroups } = deployment.settings;
  authoriseRole(run, "AmazonElasticLoadBalancingV2", [
    { action: "elasticloadbalancing:DescribeTargetGroups", resource: "*" },
    { action: "elasticloadbalancing:DescribeListeners", resource: "*" },
  ]);
  const pair = targetGroups.map((name) => {
    const arn = cloud.targetGroupArn(name);
    if (arn === undefined) throw elbRefused(`Target group ${name} could not be found`);
    return arn;
  });
  const primary = taskSets.find(({ status }) => status === "PRIMARY");
  const blueArn = primary?.targetGroupArns.find((arn) => pair.includes(arn));
  const greenArn = pair.find((arn) => arn !== blueArn);
  const isBehind = cloud.forwardOf(prodListenerArn).some(({ targetGroupArn }) => targetGroupArn === blueArn);
  if (primary === undefined || blueArn === undefined || greenArn === undefined || !isBehind) throw elbRefused("Primary taskset target group must be behind listener");
  deployment.blue = { taskSetArn: primary.taskSetArn, targetGroupArn: blueArn };
  deployment.green = { targetGroupArn: greenArn };
}

/** An earlier deployment that was stopped without a rollback has left its task set, and perhaps traffic on it. */
function clearLeftOvers(run: Run, blueTaskSetArn: string): void {
  const { cloud, deployment } = run;
  weighProduction(run, 0);
  for (const taskSet of cloud.taskSetsOf(deployment.serviceArn ?? "")) {
    if (taskSet.taskSetArn !== blueTaskSetArn && taskSet.status === "ACTIVE") removeTaskSet(run, taskSet.taskSetArn);
  }
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
