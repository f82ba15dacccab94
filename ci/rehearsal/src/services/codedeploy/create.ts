import type { CreateApplicationInput, CreateDeploymentConfigInput, CreateDeploymentGroupInput } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { collaborators } from "./collaborators.ts";
import { checkedName, findApplication, findConfig, stateOf } from "./find.ts";
import { settingsOf } from "./group-settings.ts";
import { allAtOnce, predefinedConfigs } from "./predefined-configs.ts";
import { routingOf } from "./routing.ts";
import type { ApplicationRecord, ConfigRecord, GroupRecord } from "./state.ts";

/** What the API and a Terraform JSON create alike. They throw AwsError for what CodeDeploy refuses. */

export function createApplication(parts: Parts, { applicationName, computePlatform = "Server" }: CreateApplicationInput): ApplicationRecord {
  const name = checkedName(applicationName, "Application");
  if (!["ECS", "Server", "Lambda"].includes(computePlatform)) throw new AwsError("InvalidComputePlatformException", `The computePlatform is invalid: ${computePlatform}`);
  const { applications } = stateOf(parts);
  if (applications.some((application) => application.name === name)) throw new AwsError("ApplicationAlreadyExistsException", `Application already exists: ${name}`);
  const record: ApplicationRecord = { id: parts.ids.uuid(), name, computePlatform, createdMs: parts.clock.now() };
  applications.push(record);
  return record;
}

export function createDeploymentGroup(parts: Parts, given: CreateDeploymentGroupInput): GroupRecord {
  const application = findApplication(parts, given.applicationName);
  const name = checkedName(given.deploymentGroupName, "DeploymentGroup");
  const { groups } = stateOf(parts);
  if (groups.some((group) => group.applicationName === application.name && group.name === name)) throw new AwsError("DeploymentGroupAlreadyExistsException", `Deployment group name already exists: ${name}`);
  refuseOtherPlatforms(application, given);
  const config = findConfig(parts, given.deploymentConfigName ?? allAtOnce);
  const record: GroupRecord = { id: parts.ids.uuid(), applicationName: application.name, name, configName: config.name, settings: settingsOf(parts, given) };
  groups.push(record);
  tellGroup(parts, record);
  weighListener(parts, record);
  return record;
}

/** What it deploys, and by which listeners and alarms. */
export function tellGroup({ timeline }: Parts, { applicationName, name, configName, settings }: GroupRecord): void {
  const { clusterName, serviceName, targetGroups, prodListenerArn, testListenerArn, alarms } = settings;
  timeline.add("codedeploy", "deployment-group", { application: applicationName, group: name, config: configName, cluster: clusterName, service: serviceName, targetGroups: [...targetGroups], productionListener: prodListenerArn, testListener: testListenerArn ?? null, alarms: alarms.enabled ? alarms.names : [] });
}

export function createDeploymentConfig(parts: Parts, given: CreateDeploymentConfigInput): ConfigRecord {
  const name = checkedName(given.deploymentConfigName, "DeploymentConfig");
  if (name.startsWith("CodeDeployDefault.")) throw new AwsError("InvalidDeploymentConfigNameException", `The name of a deployment configuration cannot start with CodeDeployDefault.: ${name}`);
  const { configs } = stateOf(parts);
  if ([...predefinedConfigs, ...configs].some((config) => config.name === name)) throw new AwsError("DeploymentConfigAlreadyExistsException", `Deployment Configuration already exists: ${name}`);
  if (given.computePlatform !== "ECS") {
    throw new AwsError("InvalidComputePlatformException", `The rehearsal has deployment configurations of the computePlatform ECS only, not ${given.computePlatform ?? "Server"}.`);
  }
  const record: ConfigRecord = { id: parts.ids.uuid(), name, routing: routingOf(given.trafficRoutingConfig), createdMs: parts.clock.now() };
  configs.push(record);
  return record;
}

function refuseOtherPlatforms({ computePlatform }: ApplicationRecord, { ecsServices = [] }: CreateDeploymentGroupInput): void {
  if (computePlatform === "ECS") return;
  if (ecsServices.length > 0) throw new AwsError("InvalidECSServiceException", `Should not specify ECS services parameter for ${computePlatform} deployment group`);
  throw new AwsError("InvalidComputePlatformException", `The rehearsal deploys applications of the computePlatform ECS only, not ${computePlatform}.`);
}

/** As AWS does: from the moment that there is a group, its production listener has both target groups, with weights. */
function weighListener(parts: Parts, { settings }: GroupRecord): void {
  const cloud = parts.get(collaborators);
  const arns = settings.targetGroups.map((name) => cloud.targetGroupArn(name));
  const [only, ...others] = cloud.forwardOf(settings.prodListenerArn, arns.filter((arn) => arn !== undefined));
  if (only === undefined || others.length > 0 || !arns.includes(only.targetGroupArn)) return;
  const weights = arns.filter((arn) => arn !== undefined).map((targetGroupArn) => ({ targetGroupArn, weight: targetGroupArn === only.targetGroupArn ? 100 : 0 }));
  if (weights.length === 2) cloud.setForward(settings.prodListenerArn, weights);
}
