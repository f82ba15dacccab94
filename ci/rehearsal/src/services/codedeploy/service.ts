import * as client from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Service } from "../service.ts";
import { batchGetApplicationRevisions } from "./operations/batch-get-application-revisions.ts";
import { batchGetApplications } from "./operations/batch-get-applications.ts";
import { batchGetDeploymentGroups } from "./operations/batch-get-deployment-groups.ts";
import { batchGetDeploymentTargets } from "./operations/batch-get-deployment-targets.ts";
import { batchGetDeployments } from "./operations/batch-get-deployments.ts";
import { continueDeployment } from "./operations/continue-deployment.ts";
import { createApplication } from "./operations/create-application.ts";
import { createDeployment } from "./operations/create-deployment.ts";
import { createDeploymentConfig } from "./operations/create-deployment-config.ts";
import { createDeploymentGroup } from "./operations/create-deployment-group.ts";
import { deleteApplication } from "./operations/delete-application.ts";
import { deleteDeploymentGroup } from "./operations/delete-deployment-group.ts";
import { getApplication } from "./operations/get-application.ts";
import { getApplicationRevision } from "./operations/get-application-revision.ts";
import { getDeployment } from "./operations/get-deployment.ts";
import { getDeploymentConfig } from "./operations/get-deployment-config.ts";
import { getDeploymentGroup } from "./operations/get-deployment-group.ts";
import { getDeploymentTarget } from "./operations/get-deployment-target.ts";
import { listApplicationRevisions } from "./operations/list-application-revisions.ts";
import { listApplications } from "./operations/list-applications.ts";
import { listDeploymentConfigs } from "./operations/list-deployment-configs.ts";
import { listDeploymentGroups } from "./operations/list-deployment-groups.ts";
import { listDeploymentTargets } from "./operations/list-deployment-targets.ts";
import { listDeployments } from "./operations/list-deployments.ts";
import { putLifecycleEventHookExecutionStatus } from "./operations/put-lifecycle-event-hook-execution-status.ts";
import { registerApplicationRevision } from "./operations/register-application-revision.ts";
import { stopDeployment } from "./operations/stop-deployment.ts";
import { updateDeploymentGroup } from "./operations/update-deployment-group.ts";

/** CodeDeploy has an error of its own for most members that have to be there. */
const missing: Readonly<Record<string, readonly [string, string]>> = {
  applicationName: ["ApplicationNameRequiredException", "Application name is required."],
  deploymentGroupName: ["DeploymentGroupNameRequiredException", "Deployment group name is required."],
  currentDeploymentGroupName: ["DeploymentGroupNameRequiredException", "Deployment group name is required."],
  deploymentConfigName: ["DeploymentConfigNameRequiredException", "Deployment configuration name is required."],
  deploymentId: ["DeploymentIdRequiredException", "Deployment ID must be specified"],
  targetId: ["DeploymentTargetIdRequiredException", "A deployment target ID was not provided."],
  targetIds: ["DeploymentTargetIdRequiredException", "A deployment target ID was not provided."],
  serviceRoleArn: ["RoleRequiredException", "The role ARN is required."],
  revision: ["RevisionRequiredException", "RevisionLocation must be specified"],
};

export const codedeploy: Service = {
  name: "codedeploy",
  client,
  operations: [
    batchGetApplicationRevisions,
    batchGetApplications,
    batchGetDeploymentGroups,
    batchGetDeploymentTargets,
    batchGetDeployments,
    continueDeployment,
    createApplication,
    createDeployment,
    createDeploymentConfig,
    createDeploymentGroup,
    deleteApplication,
    deleteDeploymentGroup,
    getApplication,
    getApplicationRevision,
    getDeployment,
    getDeploymentConfig,
    getDeploymentGroup,
    getDeploymentTarget,
    listApplicationRevisions,
    listApplications,
    listDeploymentConfigs,
    listDeploymentGroups,
    listDeploymentTargets,
    listDeployments,
    putLifecycleEventHookExecutionStatus,
    registerApplicationRevision,
    stopDeployment,
    updateDeploymentGroup,
  ],
  missing: (_operation, member) => {
    const [name, message] = missing[member] ?? [];
    return name === undefined || message === undefined ? undefined : new AwsError(name, message);
  },
};
