import { ListDeploymentTargets$, type ListDeploymentTargetsInput, type ListDeploymentTargetsOutput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { findDeployment } from "../find.ts";
import { statusOf, targetIdOf } from "../show-target.ts";

export const listDeploymentTargets = operation<ListDeploymentTargetsInput, ListDeploymentTargetsOutput>({
  schema: ListDeploymentTargets$,
  access: () => [onAll("ListDeploymentTargets")],
  run({ deploymentId, targetFilters = {} }, { parts }) {
    const deployment = findDeployment(parts, deploymentId);
    if (deployment.status === "Created") throw new AwsError("DeploymentNotStartedException", `The deployment ${deployment.id} has not started.`);
    const wrong = Object.keys(targetFilters).find((name) => name !== "TargetStatus" && name !== "ServerInstanceLabel");
    if (wrong !== undefined) throw new AwsError("InvalidTargetFilterNameException", `The target filter name is invalid: ${wrong}`);
    const wanted = targetFilters.TargetStatus;
    return { targetIds: wanted === undefined || wanted.includes(statusOf(deployment)) ? [targetIdOf(deployment)] : [] };
  },
});
