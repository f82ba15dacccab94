import { ContinueDeployment$, type ContinueDeploymentInput } from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { deployments } from "../deployments.ts";
import { findDeployment } from "../find.ts";
import { isActive } from "../state.ts";

/** Ends the wait before traffic goes over, or the one before blue is terminated. */
export const continueDeployment = operation<ContinueDeploymentInput, object>({
  schema: ContinueDeployment$,
  access: () => [onAll("ContinueDeployment")],
  run({ deploymentId, deploymentWaitType = "READY_WAIT" }, { parts }) {
    const deployment = findDeployment(parts, deploymentId);
    if (!["READY_WAIT", "TERMINATION_WAIT"].includes(deploymentWaitType)) throw new AwsError("InvalidDeploymentWaitTypeException", `The wait type is invalid: ${deploymentWaitType}`);
    if (!isActive(deployment)) throw new AwsError("DeploymentAlreadyCompletedException", `The deployment ${deployment.id} has already completed`);
    const stage = deploymentWaitType === "READY_WAIT" ? "ReadyWait" : "TerminationWait";
    if (deployment.stage !== stage) throw new AwsError("DeploymentIsNotInReadyStateException", `The deployment ${deployment.id} is not in a state for ${deploymentWaitType}.`);
    deployment.isContinued = true;
    parts.get(deployments).wake(deployment);
    return {};
  },
});
