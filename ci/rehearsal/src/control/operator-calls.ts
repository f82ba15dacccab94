import { authorise } from "../iam/authorise.ts";
import { callerOf, operatorKey } from "../iam/access-keys.ts";
import type { Parts } from "../parts.ts";
import { nameOf } from "../protocol/schema.ts";
import { continueDeployment } from "../services/codedeploy/operations/continue-deployment.ts";
import { stopDeployment } from "../services/codedeploy/operations/stop-deployment.ts";
import type { Operation } from "../services/service.ts";

/** What a person can do to a deployment from the page: calls of CodeDeploy's API, by the operator. Throw AwsError for what it refuses. */

export const stopByOperator = async (parts: Parts, deploymentId: string): Promise<void> => call(parts, stopDeployment, { deploymentId, autoRollbackEnabled: true });

export const continueByOperator = async (parts: Parts, deploymentId: string, deploymentWaitType: string): Promise<void> => call(parts, continueDeployment, { deploymentId, deploymentWaitType });

async function call(parts: Parts, operation: Operation, input: object): Promise<void> {
  const caller = callerOf(operatorKey.accessKeyId, parts);
  authorise(caller, operation.access(input as never, parts), parts);
  await operation.run(input as never, { caller, parts });
  parts.timeline.add(`caller:${caller.arn}`, "call", { service: "codedeploy", operation: nameOf(operation.schema) });
  parts.world.changed();
}
