import { ListDeployments$, type ListDeploymentsInput, type ListDeploymentsOutput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { pageOf } from "../batch.ts";
import { findGroup, stateOf } from "../find.ts";

const statuses = ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"];

/** Newest first. */
export const listDeployments = operation<ListDeploymentsInput, ListDeploymentsOutput>({
  schema: ListDeployments$,
  access: ({ applicationName, deploymentGroupName }, parts) => [onGroup(parts, "ListDeployments", applicationName ?? "*", deploymentGroupName ?? "*")],
  run({ applicationName, deploymentGroupName, includeOnlyStatuses = [], createTimeRange = {}, nextToken }, { parts }) {
    if (applicationName !== undefined && deploymentGroupName === undefined) throw new AwsError("DeploymentGroupNameRequiredException", "Deployment group name is required.");
    if (deploymentGroupName !== undefined) findGroup(parts, applicationName, deploymentGroupName);
    const wrong = includeOnlyStatuses.find((status) => !statuses.includes(status));
    if (wrong !== undefined) throw new AwsError("InvalidDeploymentStatusException", `The specified deployment status doesn't exist or cannot be determined: ${wrong}`);
    const { start, end } = createTimeRange;
    if (start !== undefined && end !== undefined && start > end) throw new AwsError("InvalidTimeRangeException", "The specified time range was specified in an invalid format: its start is after its end.");
    const found = stateOf(parts).deployments.filter(
      (deployment) =>
        (deploymentGroupName === undefined || (deployment.applicationName === applicationName && deployment.groupName === deploymentGroupName)) &&
        (includeOnlyStatuses.length === 0 || includeOnlyStatuses.includes(deployment.status)) &&
        deployment.createdMs >= (start?.getTime() ?? 0) &&
        deployment.createdMs <= (end?.getTime() ?? Infinity),
    );
    const page = pageOf(found.toReversed(), nextToken);
    return { deployments: page.items.map(({ id }) => id), nextToken: page.nextToken };
  },
});
