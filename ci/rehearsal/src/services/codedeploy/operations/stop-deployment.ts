import { StopDeployment$, type StopDeploymentInput, type StopDeploymentOutput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { deployments } from "../deployments.ts";
import { findDeployment } from "../find.ts";
import { isActive } from "../state.ts";

/** Stopped at once; a rollback follows as a deployment of its own. */
export const stopDeployment = operation<StopDeploymentInput, StopDeploymentOutput>({
  schema: StopDeployment$,
  access: () => [onAll("StopDeployment")],
  run({ autoRollbackEnabled, deploymentId }, { parts }) {
    const deployment = findDeployment(parts, deploymentId);
    if (!isActive(deployment)) throw new AwsError("DeploymentAlreadyCompletedException", `The deployment ${deployment.id} has already completed`);
    parts.get(deployments).stop(deployment, { kind: "stopped", ...(autoRollbackEnabled === undefined ? {} : { rollback: autoRollbackEnabled }) });
    return { status: "Succeeded", statusMessage: `The deployment ${deployment.id} was stopped.` };
  },
});
