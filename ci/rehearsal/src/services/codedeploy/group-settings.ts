import type { CreateDeploymentGroupInput, LoadBalancerInfo } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { alarmsOf, autoRollbackOf } from "./alarm-settings.ts";
import { collaborators } from "./collaborators.ts";
import { stateOf } from "./find.ts";
import type { GroupRecord, Settings } from "./state.ts";

type Given = Pick<
  CreateDeploymentGroupInput,
  "serviceRoleArn" | "ecsServices" | "deploymentStyle" | "blueGreenDeploymentConfiguration" | "loadBalancerInfo" | "alarmConfiguration" | "autoRollbackConfiguration" | "triggerConfigurations"
>;

/** How a group of the ECS platform deploys. Throws AwsError for what CodeDeploy refuses; `self` is the group that is being updated. */
export function settingsOf(parts: Parts, given: Given, self?: GroupRecord): Settings {
  const { clusterName, serviceName } = ecsServiceOf(parts, given, self);
  if (given.deploymentStyle?.deploymentType !== "BLUE_GREEN" || given.deploymentStyle.deploymentOption !== "WITH_TRAFFIC_CONTROL") {
    throw new AwsError("InvalidDeploymentStyleException", "For ECS deployment group, deploymentType can only be BLUE_GREEN and deploymentOption can only be WITH_TRAFFIC_CONTROL.");
  }
  return {
    roleArn: roleOf(parts, given.serviceRoleArn),
    clusterName,
    serviceName,
    ...waitsOf(given.blueGreenDeploymentConfiguration),
    ...routesOf(given.loadBalancerInfo),
    alarms: alarmsOf(given.alarmConfiguration),
    autoRollback: autoRollbackOf(given.autoRollbackConfiguration),
    triggers: (given.triggerConfigurations ?? []).map(({ triggerName, triggerTargetArn, triggerEvents }) => ({ triggerName, triggerTargetArn, triggerEvents })),
  };
}

function roleOf(parts: Parts, arn: string | undefined): string {
  if (arn === undefined || arn === "") throw new AwsError("RoleRequiredException", "The role ARN is required.");
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(arn)) throw new AwsError("InvalidRoleException", `The role ARN is invalid: ${arn}`);
  if (!parts.get(collaborators).mayAssume(arn)) throw new AwsError("InvalidRoleException", "AWS CodeDeploy does not have the permissions required to assume the role " + arn);
  return arn;
}

function ecsServiceOf(parts: Parts, { ecsServices }: Given, self: GroupRecord | undefined): Pick<Settings, "clusterName" | "serviceName"> {
  const [service, ...others] = ecsServices ?? [];
  if (service?.clusterName === undefined || service.serviceName === undefined || others.length > 0) {
    throw new AwsError("InvalidECSServiceException", "An ECS deployment group has to have exactly one ECS service, with clusterName and serviceName.");
  }
  const { clusterName, serviceName } = service;
  const found = parts.get(collaborators).findService(clusterName, serviceName);
  if (found === undefined) throw new AwsError("InvalidECSServiceException", `The ECS service ${serviceName} of the cluster ${clusterName} could not be found.`);
  if (found.deploymentController !== "CODE_DEPLOY") throw new AwsError("InvalidECSServiceException", "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.");
  const other = stateOf(parts).groups.find(({ id, settings }) => id !== self?.id && settings.clusterName === clusterName && settings.serviceName === serviceName);
  if (other !== undefined) throw new AwsError("ECSServiceMappingLimitExceededException", `The ECS service ${serviceName} is already associated with the deployment group ${other.name}.`);
  return { clusterName, serviceName };
}

function waitsOf(given: Given["blueGreenDeploymentConfiguration"]): Pick<Settings, "ready" | "termination"> {
  const refuse = (why: string): AwsError => new AwsError("InvalidBlueGreenDeploymentConfigurationException", why);
  if (given?.deploymentReadyOption === undefined || given.terminateBlueInstancesOnDeploymentSuccess === undefined) {
    throw refuse("An ECS deployment group has to have deploymentReadyOption and terminateBlueInstancesOnDeploymentSuccess.");
  }
  const { actionOnTimeout = "CONTINUE_DEPLOYMENT", waitTimeInMinutes = 0 } = given.deploymentReadyOption;
  const { action = "TERMINATE", terminationWaitTimeInMinutes = 0 } = given.terminateBlueInstancesOnDeploymentSuccess;
  if (waitTimeInMinutes < 0 || waitTimeInMinutes > 7200) throw refuse("waitTimeInMinutes has to be from 0 to 7200.");
  if (actionOnTimeout === "CONTINUE_DEPLOYMENT" && waitTimeInMinutes > 0) throw refuse("waitTimeInMinutes can only be given where actionOnTimeout is STOP_DEPLOYMENT.");
  if (actionOnTimeout === "STOP_DEPLOYMENT" && waitTimeInMinutes === 0) throw refuse("waitTimeInMinutes has to be given where actionOnTimeout is STOP_DEPLOYMENT.");
  if (terminationWaitTimeInMinutes < 0 || terminationWaitTimeInMinutes > 2880) throw refuse("terminationWaitTimeInMinutes has to be from 0 to 2880.");
  return { ready: { actionOnTimeout, waitTimeInMinutes }, termination: { action, terminationWaitTimeInMinutes } };
}

const noLoadBalancer =
  "The specification for load balancing in the deployment group is invalid. The deploymentOption value is set to WITH_TRAFFIC_CONTROL, but either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList.";

function routesOf(given: LoadBalancerInfo | undefined): Pick<Settings, "targetGroups" | "prodListenerArn" | "testListenerArn"> {
  const refuse = (why: string): AwsError => new AwsError("InvalidTargetGroupPairException", why);
  const [pair, ...others] = given?.targetGroupPairInfoList ?? [];
  if (pair === undefined) throw new AwsError("InvalidLoadBalancerInfoException", noLoadBalancer);
  if (others.length > 0) throw refuse("Only one target group pair can be given.");
  const [first, second, ...more] = (pair.targetGroups ?? []).map(({ name }) => name);
  if (first === undefined || second === undefined || more.length > 0 || first === second) throw refuse("A target group pair has to have two different target groups.");
  const [prodListenerArn, ...moreProd] = pair.prodTrafficRoute?.listenerArns ?? [];
  if (prodListenerArn === undefined || moreProd.length > 0) throw refuse("The production traffic route has to have exactly one listener.");
  const testListeners = pair.testTrafficRoute?.listenerArns ?? [];
  if (testListeners.length > 1) throw refuse("The test traffic route can have only one listener.");
  if (testListeners[0] === prodListenerArn) throw refuse("The listeners of the production and the test traffic route have to be different.");
  return { targetGroups: [first, second], prodListenerArn, ...(testListeners[0] === undefined ? {} : { testListenerArn: testListeners[0] }) };
}
