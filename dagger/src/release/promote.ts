import type { EmitRelease } from "../report/release-events.ts";
import type { AwsClients } from "./aws/clients.ts";
import { failureOf, interruptedAct, isCertainRefusal, nameOf, releaseErrorOf } from "./aws/errors.ts";
import type { ReleaseClock } from "./release-clock.ts";
import { ReleaseError } from "./release-error.ts";
import type { AwsNames } from "./release-settings.ts";
import { isOver } from "./outcome.ts";
import { readDeployment, readTarget } from "./watch/look/deployment.ts";
import { listDeployments } from "./watch/look/list-deployments.ts";
import { persist } from "./watch/persist.ts";
import type { SeenDeployment, SeenEvent } from "./watch/sight.ts";

export interface PromoteOptions {
  readonly clients: AwsClients;
  readonly names: AwsNames;
  readonly clock: ReleaseClock;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  /** The one that runs when absent. */
  readonly deploymentId?: string;
}

export type Wait = "READY_WAIT" | "TERMINATION_WAIT";

/** Ends the wait that a deployment is in. Throws ReleaseError NOT_POSSIBLE_NOW when it is in none. */
export async function promote(options: PromoteOptions): Promise<{ readonly deploymentId: string; readonly ended: Wait }> {
  const { clients, emit, names, signal } = options;
  const deploymentId = options.deploymentId ?? (await runningDeployment(options));
  const codedeploy = await clients.codedeploy();
  const asked = { ...options, deploymentId };
  const deployment = await ask(asked, "codedeploy:GetDeployment", async () => readDeployment(codedeploy, deploymentId, signal));
  const { events } = await ask(asked, "codedeploy:GetDeploymentTarget", async () => readTarget(codedeploy, deploymentId, `${names.cluster}:${names.service}`, signal));
  const wait = waitOf(deployment, events);
  await endWait(asked, wait);
  emit({ kind: "promoted", deploymentId, wait });
  return { deploymentId, ended: wait };
}

/** How long the state of a deployment is asked for. */
const askingMs = 60_000;
const follow = "`status --follow` shows what it does now.";
const unchanged = "Nothing was changed.";

type Asked = PromoteOptions & { readonly deploymentId: string };

/** Throws ReleaseError: nothing was changed yet, whatever it is. */
async function ask<Value>(options: Asked, action: string, question: () => Promise<Value>): Promise<Value> {
  const said = { target: options.clients.target, action, state: unchanged };
  const attempt = async (): Promise<Value> => {
    try {
      return await question();
    } catch (error) {
      // Those that have expired may be renewed meanwhile; where there are none, none will come.
      throw failureOf(error) === "no-credentials" ? releaseErrorOf(error, said) : error;
    }
  };
  try {
    return await persist(attempt, { ...options, lostAfterMs: askingMs, renew: async () => Promise.resolve() });
  } catch (error) {
    if (options.signal.aborted || !(error instanceof ReleaseError) || error.code !== "LOST_SIGHT") throw error;
    throw releaseErrorOf(error.cause, said);
  }
}

async function endWait({ clients, deploymentId, signal }: Asked, wait: Wait): Promise<void> {
  const [codedeploy, { ContinueDeploymentCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
  try {
    await codedeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: wait }), { abortSignal: signal });
  } catch (error) {
    if (signal.aborted) throw interruptedAct(`deployment ${deploymentId} was to leave its wait`, "whether it still waits", "running `promote` again does no harm.", error);
    const isCertain = isCertainRefusal(error);
    const hasLeft = ["DeploymentIsNotInReadyStateException", "DeploymentAlreadyCompletedException"].includes(nameOf(error));
    // The first try may have been ours, its answer lost: the wait is over, as was asked for.
    if (hasLeft && !isCertain) return;
    if (hasLeft) throw new ReleaseError("NOT_POSSIBLE_NOW", `Deployment ${deploymentId} left its wait a moment ago. ${unchanged}`, follow, error);
    if (isCertain) throw releaseErrorOf(error, { target: clients.target, action: "codedeploy:ContinueDeployment", state: unchanged });
    throw new ReleaseError("LOST_SIGHT", `CodeDeploy did not answer when deployment ${deploymentId} was to leave its wait (${nameOf(error)}): it is not known whether it still waits, and traffic may move.`, "Look with `status`; running `promote` again does no harm.", error);
  }
}

async function runningDeployment({ clients, names, signal }: PromoteOptions): Promise<string> {
  try {
    const [running] = await listDeployments(await clients.codedeploy(), names, { statuses: ["Ready", "InProgress", "Baking", "Created", "Queued"], most: 1 }, signal);
    if (running !== undefined) return running;
  } catch (error) {
    signal.throwIfAborted();
    throw releaseErrorOf(error, { target: clients.target, action: "codedeploy:ListDeployments", state: unchanged });
  }
  throw new ReleaseError("NOT_POSSIBLE_NOW", "No deployment runs, so there is nothing to promote. Nothing was changed.", "`history` shows how the last one ended.");
}

/** The wait that it is in, decided from what CodeDeploy tells. Throws ReleaseError NOT_POSSIBLE_NOW. */
export function waitOf(deployment: Pick<SeenDeployment, "id" | "status" | "inTerminationWait">, events: readonly SeenEvent[]): Wait {
  const { id, inTerminationWait, status } = deployment;
  if (status === "Ready") return "READY_WAIT";
  if (isOver(status)) throw new ReleaseError("NOT_POSSIBLE_NOW", `Deployment ${id} is over: it ended as ${status}. Nothing was changed.`, "`history` shows it; `rollback` goes back from one that succeeded.");
  if (inTerminationWait) return "TERMINATION_WAIT";
  if (events.some(({ name, status: of }) => name === "AllowTraffic" && of === "InProgress")) {
    throw new ReleaseError("NOT_POSSIBLE_NOW", `Deployment ${id} is shifting traffic, and CodeDeploy cannot hurry a shift that runs. Nothing was changed.`, "Let it go on, or end it with `rollback --stop`. Its last wait, before the old version is taken away, can be ended with `promote`.");
  }
  throw new ReleaseError("NOT_POSSIBLE_NOW", `Deployment ${id} is not waiting for anybody yet: ${nowIn(events)}. Nothing was changed.`, follow);
}

function nowIn(events: readonly SeenEvent[]): string {
  const running = events.find(({ status }) => status === "InProgress");
  return running === undefined ? "it is between two lifecycle events" : `it is in ${running.name}`;
}
