import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { listenerArn, roleArn, taskDefinitionArn } from "./cloud-double.ts";

export const groupInput = (changes: Partial<CreateDeploymentGroupCommandInput> = {}): CreateDeploymentGroupCommandInput => ({
  applicationName: "web",
  deploymentGroupName: "web",
  deploymentConfigName: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  serviceRoleArn: roleArn,
  ecsServices: [{ clusterName: "main", serviceName: "web" }],
  deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
  blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 5 } },
  loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: "blue" }, { name: "green" }], prodTrafficRoute: { listenerArns: [listenerArn("prod")] }, testTrafficRoute: { listenerArns: [listenerArn("test")] } }] },
  alarmConfiguration: { enabled: true, alarms: [{ name: "errors" }] },
  autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
  ...changes,
});

export const appSpec = ({ hooks, taskDefinition = taskDefinitionArn() }: { readonly hooks?: object[]; readonly taskDefinition?: string } = {}): string =>
  JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: taskDefinition, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }], ...(hooks === undefined ? {} : { Hooks: hooks }) });
