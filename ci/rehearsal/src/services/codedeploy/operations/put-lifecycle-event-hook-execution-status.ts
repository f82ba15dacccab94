import {
  PutLifecycleEventHookExecutionStatus$,
  type PutLifecycleEventHookExecutionStatusInput,
  type PutLifecycleEventHookExecutionStatusOutput,
} from "@aws-sdk/client-codedeploy";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { deployments } from "../deployments.ts";
import { findDeployment } from "../find.ts";
import { readExecutionId } from "../hooks.ts";

/** How a hook answers by itself. */
export const putLifecycleEventHookExecutionStatus = operation<PutLifecycleEventHookExecutionStatusInput, PutLifecycleEventHookExecutionStatusOutput>({
  schema: PutLifecycleEventHookExecutionStatus$,
  access: () => [onAll("PutLifecycleEventHookExecutionStatus")],
  run({ deploymentId, lifecycleEventHookExecutionId = "", status }, { parts }) {
    const deployment = findDeployment(parts, deploymentId);
    if (status !== "Succeeded" && status !== "Failed") throw new AwsError("InvalidLifecycleEventHookExecutionStatusException", "The result of a Lambda validation function that verifies a lifecycle event is invalid. It should return Succeeded or Failed.");
    if (readExecutionId(lifecycleEventHookExecutionId)?.deploymentId !== deployment.id) throw new AwsError("InvalidLifecycleEventHookExecutionIdException", "A lifecycle event hook is invalid. Review the hooks section in your AppSpec file to ensure the lifecycle events and hooks functions are valid.");
    const { hook } = deployment;
    if (hook?.executionId !== lifecycleEventHookExecutionId || hook.answer !== undefined) throw new AwsError("LifecycleEventAlreadyCompletedException", "An attempt to return the status of an already completed lifecycle event occurred.");
    hook.answer = status;
    parts.get(deployments).wake(deployment);
    return { lifecycleEventHookExecutionId };
  },
});
