import { z } from "zod";
import type { EmitRelease } from "../report/release-events.ts";
import type { AwsClients } from "./aws/clients.ts";
import { interruptedAct, isCertainRefusal, nameOf, releaseErrorOf } from "./aws/errors.ts";
import type { HaveDeployment } from "./have.ts";
import { readRunning } from "./observe/read-codedeploy.ts";
import { Reader } from "./observe/reader.ts";
import { ReleaseError } from "./release-error.ts";
import type { AwsNames } from "./release-settings.ts";
import type { AppSpec } from "./want.ts";

export interface NewDeployment {
  readonly names: AwsNames;
  readonly taskDefinitionArn: string;
  readonly appSpec: AppSpec;
  readonly description: string;
  /** The group's own when absent. */
  readonly configName?: string;
  /** An alarm that has fired would stop it. */
  readonly ignoresAlarms?: boolean;
  /** The state that things are in when it did not begin, a whole sentence. */
  readonly state: string;
}

export interface CreateOptions {
  readonly clients: AwsClients;
  readonly emit: EmitRelease;
  readonly signal: AbortSignal;
}

const nameOfRevision = ({ taskDefinitionArn }: Pick<NewDeployment, "taskDefinitionArn">): string => taskDefinitionArn.split("/").at(-1) ?? taskDefinitionArn;

const createdSchema = z.object({ deploymentId: z.string() });

/** Begins a deployment, and returns its id. Throws ReleaseError: LOST_SIGHT where it is not known whether it began. */
export async function createDeployment(wanted: NewDeployment, options: CreateOptions): Promise<string> {
  const { clients, emit, signal } = options;
  const { appSpec, configName, description, ignoresAlarms = false, names } = wanted;
  const [codedeploy, { CreateDeploymentCommand }] = await Promise.all([clients.codedeploy(), import("@aws-sdk/client-codedeploy")]);
  const input = {
    applicationName: names.application,
    deploymentGroupName: names.deploymentGroup,
    description,
    revision: { revisionType: "AppSpecContent" as const, appSpecContent: appSpec },
    ...(configName === undefined ? {} : { deploymentConfigName: configName }),
    ...(ignoresAlarms ? { overrideAlarmConfiguration: { enabled: false } } : {}),
  };
  try {
    const { deploymentId } = createdSchema.parse(await codedeploy.send(new CreateDeploymentCommand(input), { abortSignal: signal }));
    emit({ kind: "deployment", deploymentId, how: "created" });
    return deploymentId;
  } catch (error) {
    if (signal.aborted) throw interruptedAct(`a deployment of ${nameOfRevision(wanted)} was to begin`, "whether one runs", "if a deployment runs, follow it with `status --follow`, or end it with `rollback --stop`.", error);
    return await takeUp(error, wanted, options);
  }
}

/**
 * CodeDeploy refused, or its answer was lost: then the deployment may have begun
 * all the same, and a second try of the SDK is refused because of the first.
 */
async function takeUp(error: unknown, { description, names, state, taskDefinitionArn }: NewDeployment, { clients, emit, signal }: CreateOptions): Promise<string> {
  const isTaken = nameOf(error) === "DeploymentLimitExceededException";
  const failed = (): ReleaseError => releaseErrorOf(error, { target: clients.target, action: "codedeploy:CreateDeployment", state });
  if (!isTaken && isCertainRefusal(error)) throw failed();
  const running = await findRunning({ names, taskDefinitionArn }, { clients, signal }, error);
  if (running !== undefined && running.description === description && running.taskDefinitionArn === taskDefinitionArn) {
    emit({ kind: "deployment", deploymentId: running.id, how: "followed" });
    return running.id;
  }
  if (isTaken) {
    throw new ReleaseError("DEPLOYMENT_RUNS", `Another deployment of this service began a moment before${running === undefined ? "" : `: ${running.id}`}. ${state}`, "Follow it with `status --follow`, or end it with `rollback --stop`; a release waits for it with `--wait`.", error);
  }
  throw failed();
}

async function findRunning({ names, taskDefinitionArn }: Pick<NewDeployment, "names" | "taskDefinitionArn">, { clients, signal }: Pick<CreateOptions, "clients" | "signal">, cause: unknown): Promise<HaveDeployment | undefined> {
  const reader = new Reader(clients.target, signal);
  const running = await readRunning(clients, names, reader).catch(() => "unknown" as const);
  if (running !== "unknown" && reader.unread.length === 0) return running;
  throw new ReleaseError(
    "LOST_SIGHT",
    `CodeDeploy did not answer when a deployment of ${nameOfRevision({ taskDefinitionArn })} was to begin (${nameOf(cause)}): it is not known whether one runs, and traffic may move.`,
    "Look with `status`: if a deployment runs, follow it with `status --follow`; if none does, run the same command again.",
    cause,
  );
}
