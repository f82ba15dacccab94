import { BatchGetDeploymentTargets$, type BatchGetDeploymentTargetsInput, type BatchGetDeploymentTargetsOutput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { findDeployment } from "../find.ts";
import { showTarget } from "../show-target.ts";

export const batchGetDeploymentTargets = operation<BatchGetDeploymentTargetsInput, BatchGetDeploymentTargetsOutput>({
  schema: BatchGetDeploymentTargets$,
  access: () => [onAll("BatchGetDeploymentTargets")],
  run({ deploymentId, targetIds = [] }, { parts }) {
    const deployment = findDeployment(parts, deploymentId);
    if (targetIds.length === 0) throw new AwsError("DeploymentTargetIdRequiredException", "A deployment target ID was not provided.");
    if (targetIds.length > 25) throw new AwsError("DeploymentTargetListSizeExceededException", "The maximum number of targets that can be associated with an Amazon ECS or AWS Lambda deployment was exceeded.");
    return { deploymentTargets: targetIds.map((targetId) => showTarget(parts, deployment, targetId)) };
  },
});
