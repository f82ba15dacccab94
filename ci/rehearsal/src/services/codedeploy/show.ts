import type { AlarmConfiguration, ApplicationInfo, DeploymentConfigInfo, DeploymentGroupInfo, DeploymentInfo, LastDeploymentInfo, LoadBalancerInfo, TriggerConfig } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { lastOf } from "./begin.ts";
import { locationOf } from "./revisions.ts";
import { isActive, type Alarms, type ApplicationRecord, type ConfigRecord, type DeploymentRecord, type GroupRecord, type Settings } from "./state.ts";

/** Records in the form that the API has for them. */

export const showApplication = ({ id, name, computePlatform, createdMs }: ApplicationRecord): ApplicationInfo => ({ applicationId: id, applicationName: name, createTime: new Date(createdMs), linkedToGitHub: false, computePlatform });

export const showConfig = ({ id, name, routing, createdMs }: ConfigRecord): DeploymentConfigInfo => ({ deploymentConfigId: id, deploymentConfigName: name, createTime: new Date(createdMs), computePlatform: "ECS", trafficRoutingConfig: routing });

export function showGroup(parts: Parts, group: GroupRecord): DeploymentGroupInfo {
  const { settings } = group;
  const attempted = lastOf(parts, group, () => true);
  return {
    applicationName: group.applicationName,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: group.configName,
    ec2TagFilters: [],
    onPremisesInstanceTagFilters: [],
    autoScalingGroups: [],
    serviceRoleArn: settings.roleArn,
    targetRevision: locationOf(attempted?.revision),
    triggerConfigurations: settings.triggers as TriggerConfig[],
    alarmConfiguration: showAlarms(settings.alarms),
    autoRollbackConfiguration: settings.autoRollback,
    ...showWays(settings),
    outdatedInstancesStrategy: "UPDATE",
    lastSuccessfulDeployment: lastInfo(lastOf(parts, group, ({ status }) => status === "Succeeded")),
    lastAttemptedDeployment: lastInfo(attempted),
    computePlatform: "ECS",
    ecsServices: [{ clusterName: settings.clusterName, serviceName: settings.serviceName }],
    terminationHookEnabled: false,
  };
}

export function showDeployment(deployment: DeploymentRecord): DeploymentInfo {
  const { alarms, autoRollback, completedMs, createdMs, error, rollback, settings, stage, startedMs, status } = deployment;
  return {
    applicationName: deployment.applicationName,
    deploymentGroupName: deployment.groupName,
    deploymentConfigName: deployment.configName,
    deploymentId: deployment.id,
    previousRevision: locationOf(deployment.previousRevision),
    revision: locationOf(deployment.revision),
    status,
    errorInformation: error,
    createTime: new Date(createdMs),
    startTime: dateOf(startedMs),
    completeTime: dateOf(completedMs),
    deploymentOverview: isActive(deployment) ? undefined : overviewOf(deployment),
    description: deployment.description,
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: autoRollback,
    updateOutdatedInstancesOnly: false,
    rollbackInfo: rollback ?? {},
    ...showWays(settings),
    instanceTerminationWaitTimeStarted: stage === "TerminationWait" || stage === "Termination",
    fileExistsBehavior: "DISALLOW",
    deploymentStatusMessages: [],
    computePlatform: "ECS",
    overrideAlarmConfiguration: deployment.hasOwnAlarms ? showAlarms(alarms) : undefined,
  };
}

/** The one target that a deployment to ECS has. */
function overviewOf({ status }: DeploymentRecord): DeploymentInfo["deploymentOverview"] {
  const hasSucceeded = status === "Succeeded";
  return { Pending: 0, InProgress: 0, Succeeded: hasSucceeded ? 1 : 0, Failed: hasSucceeded ? 0 : 1, Skipped: 0, Ready: 0 };
}

const showAlarms = ({ enabled, ignorePollAlarmFailure, names }: Alarms): AlarmConfiguration => ({ enabled, ignorePollAlarmFailure, alarms: names.map((name) => ({ name })) });

/** Both waits always have their minutes: tools reckon with them unseen. */
function showWays({ prodListenerArn, ready, targetGroups, termination, testListenerArn }: Settings): Pick<DeploymentInfo, "deploymentStyle" | "blueGreenDeploymentConfiguration" | "loadBalancerInfo"> {
  const loadBalancerInfo: LoadBalancerInfo = {
    targetGroupPairInfoList: [
      {
        targetGroups: targetGroups.map((name) => ({ name })),
        prodTrafficRoute: { listenerArns: [prodListenerArn] },
        ...(testListenerArn === undefined ? {} : { testTrafficRoute: { listenerArns: [testListenerArn] } }),
      },
    ],
  };
  return {
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess: termination, deploymentReadyOption: ready },
    loadBalancerInfo,
  };
}

const dateOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

const lastInfo = (deployment: DeploymentRecord | undefined): LastDeploymentInfo | undefined =>
  deployment === undefined ? undefined : { deploymentId: deployment.id, status: deployment.status, createTime: new Date(deployment.createdMs), endTime: dateOf(deployment.completedMs) };
