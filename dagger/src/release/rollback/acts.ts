import type { EmitRelease } from "../../report/release-events.ts";
import type { AwsClients } from "../aws/clients.ts";
import { interruptedAct, isCertainRefusal, nameOf, releaseErrorOf } from "../aws/errors.ts";
import { makeAppSpec } from "../appspec.ts";
import { createDeployment } from "../create-deployment.ts";
import { isOver } from "../outcome.ts";
import { ReleaseError } from "../release-error.ts";
import type { AwsNames, ReleaseSettings } from "../release-settings.ts";
import { readDeployment } from "../watch/look/deployment.ts";
import type { RollbackPlan } from "./plan-rollback.ts";

const allAtOnce = "CodeDeployDefault.ECSAllAtOnce";

export interface ActOptions {
  readonly clients: AwsClients;
  readonly names: AwsNames;
  readonly settings: Pick<ReleaseSettings, "container" | "port">;
  readonly emit: EmitRelease;
  readonly signal: AbortSignal;
}

/** Stops a deployment and has CodeDeploy bring its traffic back. False when it was over already. Throws ReleaseError. */
export async function stopDeployment({ clients, signal }: Pick<ActOptions, "clients" | "signal">, deploymentId: string): Promise<boolean> {
  const [codedeploy, { StopDeploymentCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
  try {
    await codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }), { abortSignal: signal });
    return true;
  } catch (error) {
    if (signal.aborted) throw interruptedStop(deploymentId, error);
    if (nameOf(error) !== "DeploymentAlreadyCompletedException" && isCertainRefusal(error)) {
      throw releaseErrorOf(error, { target: clients.target, action: "codedeploy:StopDeployment", state: `Deployment ${deploymentId} was not stopped, and goes on.` });
    }
    return await wasStopped({ clients, signal }, deploymentId, error);
  }
}

const interruptedStop = (deploymentId: string, error: unknown): ReleaseError => interruptedAct(`deployment ${deploymentId} was to be stopped`, "whether it was", "running `rollback --stop` again does no harm.", error);

/** The answer was lost, or CodeDeploy says that it is over, which may be because of a first try: only what it is now tells. */
async function wasStopped({ clients, signal }: Pick<ActOptions, "clients" | "signal">, deploymentId: string, cause: unknown): Promise<boolean> {
  const unclear = `CodeDeploy did not answer when deployment ${deploymentId} was to be stopped (${nameOf(cause)})`;
  const next = "Look with `status`; running `rollback --stop` again does no harm.";
  const { status } = await readDeployment(await clients.codedeploy(), deploymentId, signal).catch((error: unknown) => {
    if (signal.aborted) throw interruptedStop(deploymentId, error);
    throw new ReleaseError("LOST_SIGHT", `${unclear}, nor after that: it is not known whether it was stopped, and traffic may move.`, next, error);
  });
  if (!isOver(status)) throw new ReleaseError("LOST_SIGHT", `${unclear}, and calls it ${status}: it is not known whether it will stop, and traffic may move.`, next, cause);
  return status === "Stopped";
}

/** Does what the plan says; returns the deployment's id. Throws ReleaseError. */
export async function createRollback(options: ActOptions, { description, ignoresAlarms, taskDefinitionArn }: RollbackPlan): Promise<string> {
  const { names, settings } = options;
  const appSpec = makeAppSpec({ taskDefinitionArn, container: settings.container, port: settings.port, hooks: {} });
  return createDeployment({ names, taskDefinitionArn, appSpec, description, configName: allAtOnce, ignoresAlarms, state: "No deployment was created; nothing was changed." }, options);
}
