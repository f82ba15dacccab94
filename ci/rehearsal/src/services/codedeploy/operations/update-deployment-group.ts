import { UpdateDeploymentGroup$, type UpdateDeploymentGroupInput, type UpdateDeploymentGroupOutput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { tellGroup } from "../create.ts";
import { checkedName, findConfig, findGroup, stateOf } from "../find.ts";
import { settingsOf } from "../group-settings.ts";
import { showGroup } from "../show.ts";

/** What is not given stays as it is. A deployment that runs keeps what it began with. */
export const updateDeploymentGroup = operation<UpdateDeploymentGroupInput, UpdateDeploymentGroupOutput>({
  schema: UpdateDeploymentGroup$,
  access: ({ applicationName, currentDeploymentGroupName, serviceRoleArn }, parts) => [
    onGroup(parts, "UpdateDeploymentGroup", applicationName, currentDeploymentGroupName),
    ...(serviceRoleArn === undefined ? [] : [{ action: "iam:PassRole", resource: serviceRoleArn, context: { "iam:PassedToService": "codedeploy.amazonaws.com" } }]),
  ],
  run(input, { parts }) {
    const group = findGroup(parts, input.applicationName, input.currentDeploymentGroupName);
    const name = input.newDeploymentGroupName === undefined ? group.name : checkedName(input.newDeploymentGroupName, "DeploymentGroup");
    const state = stateOf(parts);
    if (state.groups.some((other) => other !== group && other.applicationName === group.applicationName && other.name === name)) throw new AwsError("DeploymentGroupAlreadyExistsException", `Deployment group name already exists: ${name}`);
    const configName = findConfig(parts, input.deploymentConfigName ?? group.configName).name;
    const { deploymentStyle, blueGreenDeploymentConfiguration, loadBalancerInfo, alarmConfiguration, autoRollbackConfiguration, ecsServices, serviceRoleArn, triggerConfigurations } = showGroup(parts, group);
    const before = { deploymentStyle, blueGreenDeploymentConfiguration, loadBalancerInfo, alarmConfiguration, autoRollbackConfiguration, ecsServices, serviceRoleArn, triggerConfigurations };
    const given = Object.fromEntries(Object.entries(input).filter(([member, value]) => member in before && value !== undefined));
    group.settings = settingsOf(parts, { ...before, ...given }, group);
    for (const deployment of state.deployments) if (deployment.applicationName === group.applicationName && deployment.groupName === group.name) deployment.groupName = name;
    group.name = name;
    group.configName = configName;
    tellGroup(parts, group);
    return { hooksNotCleanedUp: [] };
  },
});
