import {
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentGroupCommand,
  UpdateDeploymentGroupCommand,
  type CreateDeploymentGroupCommandInput,
} from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { listenerArn, targetGroupArn } from "./cloud-double.ts";
import { groupInput, setUp } from "./setting.ts";

const pair = groupInput().loadBalancerInfo?.targetGroupPairInfoList?.[0];
const blueGreen = groupInput().blueGreenDeploymentConfiguration;

it.each<[string, Partial<CreateDeploymentGroupCommandInput>, string, string?]>([
  ["no application of that name", { applicationName: "other" }, "ApplicationDoesNotExistException", "No application found for name: other"],
  ["no application", { applicationName: undefined }, "ApplicationNameRequiredException"],
  ["an application with a name that cannot be", { applicationName: "a/b" }, "InvalidApplicationNameException"],
  ["no name", { deploymentGroupName: undefined }, "DeploymentGroupNameRequiredException"],
  ["a name that is too long", { deploymentGroupName: "x".repeat(101) }, "InvalidDeploymentGroupNameException"],
  ["a configuration that there is not", { deploymentConfigName: "Mine" }, "DeploymentConfigDoesNotExistException"],
  ["a configuration with a name that cannot be", { deploymentConfigName: "a/b" }, "InvalidDeploymentConfigNameException"],
  ["no role", { serviceRoleArn: undefined }, "RoleRequiredException"],
  ["a role that is no ARN", { serviceRoleArn: "codedeploy" }, "InvalidRoleException"],
  ["a role that does not trust CodeDeploy", { serviceRoleArn: "arn:aws:iam::123456789012:role/other" }, "InvalidRoleException"],
  ["no service", { ecsServices: undefined }, "InvalidECSServiceException"],
  ["two services", { ecsServices: [...(groupInput().ecsServices ?? []), { clusterName: "main", serviceName: "two" }] }, "InvalidECSServiceException"],
  ["a service that there is not", { ecsServices: [{ clusterName: "main", serviceName: "nowhere" }] }, "InvalidECSServiceException"],
  ["another style", { deploymentStyle: { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" } }, "InvalidDeploymentStyleException"],
  ["no blue/green configuration", { blueGreenDeploymentConfiguration: undefined }, "InvalidBlueGreenDeploymentConfigurationException"],
  ["a termination wait over two days", { blueGreenDeploymentConfiguration: { ...blueGreen, terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 2881 } } }, "InvalidBlueGreenDeploymentConfigurationException"],
  ["no load balancer", { loadBalancerInfo: undefined }, "InvalidLoadBalancerInfoException", "The specification for load balancing in the deployment group is invalid. The deploymentOption value is set to WITH_TRAFFIC_CONTROL, but either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList."],
  ["two pairs", { loadBalancerInfo: { targetGroupPairInfoList: [pair ?? {}, pair ?? {}] } }, "InvalidTargetGroupPairException"],
  ["one target group", { loadBalancerInfo: { targetGroupPairInfoList: [{ ...pair, targetGroups: [{ name: "blue" }] }] } }, "InvalidTargetGroupPairException"],
  ["two production listeners", { loadBalancerInfo: { targetGroupPairInfoList: [{ ...pair, prodTrafficRoute: { listenerArns: ["a", "b"] } }] } }, "InvalidTargetGroupPairException"],
  ["eleven alarms", { alarmConfiguration: { enabled: true, alarms: Array.from({ length: 11 }, (_, index) => ({ name: `alarm-${index}` })) } }, "AlarmsLimitExceededException"],
  ["alarms without any", { alarmConfiguration: { enabled: true } }, "InvalidAlarmConfigException"],
  ["an alarm twice", { alarmConfiguration: { enabled: true, alarms: [{ name: "a" }, { name: "a" }] } }, "InvalidAlarmConfigException"],
  ["a rollback without events", { autoRollbackConfiguration: { enabled: true } }, "InvalidAutoRollbackConfigException"],
])("refuses a group: %s", async (_name, changes, error, message) => {
  const { client } = await setUp({ group: null });
  const refusal = await client.send(new CreateDeploymentGroupCommand(groupInput(changes))).catch((thrown: unknown) => thrown);
  expect(refusal).toMatchObject({ name: error, ...(message === undefined ? {} : { message }) });
});

it("refuses a second group of the same name, and one for the same service", async () => {
  const { client } = await setUp();
  await expect(client.send(new CreateDeploymentGroupCommand(groupInput()))).rejects.toMatchObject({ name: "DeploymentGroupAlreadyExistsException" });
  await expect(client.send(new CreateDeploymentGroupCommand(groupInput({ deploymentGroupName: "two" })))).rejects.toMatchObject({ name: "ECSServiceMappingLimitExceededException" });
});

it("refuses an ECS service in the group of an application for servers, in AWS's words", async () => {
  const { client } = await setUp({ group: null });
  await client.send(new CreateApplicationCommand({ applicationName: "servers", computePlatform: "Server" }));
  await expect(client.send(new CreateDeploymentGroupCommand(groupInput({ applicationName: "servers" })))).rejects.toMatchObject({ name: "InvalidECSServiceException", message: "Should not specify ECS services parameter for Server deployment group" });
});

it("refuses a service that CodeDeploy does not deploy", async () => {
  const { client, cloud } = await setUp({ group: null });
  cloud.deploymentController = "ECS";
  await expect(client.send(new CreateDeploymentGroupCommand(groupInput()))).rejects.toThrow("Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.");
});

it("always shows both waits in minutes, and gives the production listener weights", async () => {
  const { client, cloud } = await setUp({ group: groupInput({ blueGreenDeploymentConfiguration: { deploymentReadyOption: {}, terminateBlueInstancesOnDeploymentSuccess: {} } }) });
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand({ applicationName: "web", deploymentGroupName: "web" }));
  expect(deploymentGroupInfo?.blueGreenDeploymentConfiguration).toEqual({
    deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
    terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
  });
  expect(cloud.forwardOf(listenerArn("prod"))).toEqual([
    { targetGroupArn: targetGroupArn("blue"), weight: 100 },
    { targetGroupArn: targetGroupArn("green"), weight: 0 },
  ]);
});

it("changes what is given, and keeps the rest", async () => {
  const { client } = await setUp();
  await client.send(new UpdateDeploymentGroupCommand({ applicationName: "web", currentDeploymentGroupName: "web", newDeploymentGroupName: "live", alarmConfiguration: { enabled: true, alarms: [{ name: "latency" }] } }));
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand({ applicationName: "web", deploymentGroupName: "live" }));
  expect(deploymentGroupInfo).toMatchObject({
    alarmConfiguration: { enabled: true, alarms: [{ name: "latency" }] },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
    ecsServices: [{ clusterName: "main", serviceName: "web" }],
    loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: "blue" }, { name: "green" }] }] },
  });
});
