import { expect, it } from "vitest";
import type { CloudDouble } from "../services/codedeploy/cloud-double.ts";
import { listenerArn, taskDefinitionArn } from "../services/codedeploy/cloud-double.ts";
import { appSpec, groupInput, setUp } from "../services/codedeploy/setting.ts";

const role = "arn:aws:iam::123456789012:role/codedeploy";

it.each<[string, { readonly content?: string; readonly spoil?: (cloud: CloudDouble) => void }, string, string]>([
  ["no AppSpec", { content: "version: 0\n  Resources: [" }, "INVALID_REVISION", "The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration. The input AppSpec file is a not well-formed yaml. The template cannot be parsed."],
  ["a container that there is not", { content: appSpec().replace("proxy", "other") }, "ECS_UPDATE_ERROR", "The ECS service cannot be updated due to an unexpected error: The container other does not exist in the task definition."],
  ["a port that it has not", { content: appSpec().replace("8080", "443") }, "ECS_UPDATE_ERROR", "The container proxy did not have a container port 443 defined. (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: "],
  ["a revision called latest", { content: appSpec({ taskDefinition: taskDefinitionArn("latest") }) }, "ECS_UPDATE_ERROR", "Invalid revision number. Number: latest (Service: AmazonECS;"],
  ["a task definition that there is not", { content: appSpec({ taskDefinition: taskDefinitionArn(99) }) }, "ECS_UPDATE_ERROR", "TaskDefinition not found."],
  ["a task set that never becomes steady", { spoil: (cloud) => (cloud.steadyAfterMs = Infinity) }, "TIMEOUT", "The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes."],
  ["a green without healthy targets", { spoil: (cloud) => (cloud.unhealthy = true) }, "TIMEOUT", "no healthy targets for 5 minutes"],
  ["a production listener that leads elsewhere", { spoil: (cloud) => cloud.forwards.set(listenerArn("prod"), []) }, "ELASTIC_LOAD_BALANCING_INVALID", "The ELB could not be updated due to the following error: Primary taskset target group must be behind listener"],
  ["a role that may not create task sets", { spoil: (cloud) => cloud.deniedActions.add("ecs:CreateTaskSet") }, "IAM_ROLE_PERMISSIONS", `The IAM role ${role} does not give you permission to perform operations in the following AWS service: AmazonECS.`],
  ["a role that may not pass roles", { spoil: (cloud) => cloud.deniedActions.add("iam:PassRole") }, "IAM_ROLE_PERMISSIONS", "AmazonECS"],
  ["a role that may not move listeners", { spoil: (cloud) => cloud.deniedActions.add("elasticloadbalancing:ModifyListener") }, "IAM_ROLE_PERMISSIONS", "AmazonElasticLoadBalancingV2"],
  ["a role that may not read alarms", { spoil: (cloud) => cloud.deniedActions.add("cloudwatch:DescribeAlarms") }, "IAM_ROLE_PERMISSIONS", "AmazonCloudWatch"],
])("fails, with AWS's code and text: %s", async (_name, { content, spoil }, code, message) => {
  const { cloud, deploy, info, untilOver } = await setUp();
  spoil?.(cloud);
  const id = await deploy(content === undefined ? {} : { content });
  await untilOver();
  const { errorInformation, status } = await info(id);
  expect({ status, code: errorInformation?.code }).toEqual({ status: "Failed", code });
  expect(errorInformation?.message).toContain(message);
  expect(cloud.shiftedBlindly).toEqual([]);
});

it("waits for somebody to say that traffic may go over, and stops when nobody does", async () => {
  const ready = groupInput({ blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 30 }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 } } });
  const { cloud, clock, deploy, info, until, untilOver } = await setUp({ group: ready });
  const id = await deploy();
  await until(id, "ReadyWait");
  await clock.advance(0);
  expect((await info(id)).status).toBe("Ready");
  await untilOver();
  expect(await info(id)).toMatchObject({ status: "Stopped", errorInformation: { code: "TIMEOUT", message: "The deployment timed out while waiting for a notification to continue. This time out period is 30 minutes." } });
  expect(cloud.productionPercent("blue")).toBe(100);
});
