import type { CreateDeploymentInput } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { alarmsOf, autoRollbackOf } from "./alarm-settings.ts";
import { courseOf } from "./course.ts";
import { findApplication, findConfig, findGroup, stateOf } from "./find.ts";
import { eventsOf } from "./lifecycle.ts";
import { registerRevision } from "./revisions.ts";
import { scheduleOf } from "./schedule.ts";
import { isActive, type DeploymentRecord, type GroupRecord } from "./state.ts";

/** The guide says 256, and a tool of AWS's own cuts at this. */
const longestDescription = 512;

/** Takes a deployment in; that it goes on is for `deployments` to see to. Throws AwsError for what CodeDeploy refuses at once. */
export function beginDeployment(parts: Parts, given: CreateDeploymentInput): DeploymentRecord {
  const application = findApplication(parts, given.applicationName);
  const group = findGroup(parts, application.name, given.deploymentGroupName);
  const config = findConfig(parts, given.deploymentConfigName ?? group.configName);
  refuseForEcs(given);
  const alarms = given.overrideAlarmConfiguration === undefined ? group.settings.alarms : alarmsOf(given.overrideAlarmConfiguration);
  const autoRollback = given.autoRollbackConfiguration === undefined ? group.settings.autoRollback : autoRollbackOf(given.autoRollbackConfiguration);
  const { deployments } = stateOf(parts);
  const active = deployments.find((deployment) => isOf(group, deployment) && isActive(deployment));
  const revision = registerRevision(parts, application, given.revision);
  if (active !== undefined) throw new AwsError("DeploymentLimitExceededException", `The Deployment Group '${group.name}' already has an active Deployment '${active.id}'`);
  const now = parts.clock.now();
  revision.firstUsedMs ??= now;
  revision.lastUsedMs = now;
  if (!revision.groups.includes(group.name)) revision.groups.push(group.name);
  const record: DeploymentRecord = {
    id: parts.ids.deployment(),
    applicationName: application.name,
    groupName: group.name,
    configName: config.name,
    routing: config.routing,
    settings: structuredClone(group.settings),
    alarms,
    hasOwnAlarms: given.overrideAlarmConfiguration !== undefined,
    autoRollback,
    revision: { sha256: revision.sha256 },
    previousRevision: lastOf(parts, group, ({ status }) => status === "Succeeded")?.revision,
    description: given.description,
    creator: "user",
    status: "Created",
    createdMs: now,
    updatedMs: now,
    stage: "Created",
    stageSinceMs: now,
    events: eventsOf("Created", courseOf(group)).map((name) => ({ name, status: "Pending" })),
    shiftsDone: 0,
    isContinued: false,
  };
  deployments.push(record);
  parts.timeline.add("codedeploy", "deployment", { deployment: record.id, status: record.status, application: application.name, group: group.name, config: config.name, events: record.events.map(({ name }) => name), schedule: scheduleOf(config.routing).map(({ atMs, percent }) => ({ atMs, percent })) });
  return record;
}

const isOf = (group: GroupRecord, deployment: DeploymentRecord): boolean => deployment.applicationName === group.applicationName && deployment.groupName === group.name;

export const lastOf = (parts: Parts, group: GroupRecord, matches: (deployment: DeploymentRecord) => boolean): DeploymentRecord | undefined => stateOf(parts).deployments.findLast((deployment) => isOf(group, deployment) && matches(deployment));

function refuseForEcs(given: CreateDeploymentInput): void {
  if ((given.description?.length ?? 0) > longestDescription) throw new AwsError("DescriptionTooLongException", "The description is too long.");
  if (given.targetInstances !== undefined) throw new AwsError("InvalidTargetInstancesException", "The target instance configuration is invalid: a deployment to ECS has no target instances.");
  if (given.updateOutdatedInstancesOnly === true) throw new AwsError("InvalidUpdateOutdatedInstancesOnlyValueException", "updateOutdatedInstancesOnly is for deployments to servers only.");
  if (given.ignoreApplicationStopFailures === true) throw new AwsError("InvalidIgnoreApplicationStopFailuresValueException", "ignoreApplicationStopFailures is for deployments to servers only.");
  if (given.fileExistsBehavior !== undefined && !["DISALLOW", "OVERWRITE", "RETAIN"].includes(given.fileExistsBehavior)) throw new AwsError("InvalidFileExistsBehaviorException", "An invalid fileExistsBehavior option was specified. Valid values include DISALLOW, OVERWRITE, and RETAIN.");
  if ((given.deploymentMode as string | undefined) === "RESTART") throw new AwsError("InvalidInputException", "The deploymentMode RESTART is for deployments to servers only.");
}
