import type { AwsClients } from "./aws/clients.ts";
import { readDescription } from "./deployment-description.ts";
import type { Have, HaveDeployment } from "./have.ts";
import { refuseUnread } from "./refuse-unread.ts";
import { observe } from "./observe/observe.ts";
import { isOver } from "./outcome.ts";
import type { ReleaseClock } from "./release-clock.ts";
import type { AwsNames } from "./release-settings.ts";
import { readRevisions, type Revision } from "./read-revisions.ts";
import type { HistoryEntry, HistoryOutcome } from "../report/release-schema.ts";

export interface HistoryOptions {
  readonly clients: AwsClients;
  readonly names: AwsNames;
  readonly clock: ReleaseClock;
  readonly signal: AbortSignal;
  /** How many deployments are looked back at. */
  readonly most?: number;
}

/** CodeDeploy tells of so many at once; a rollback that goes further back is named by its commit. */
export const usualHistory = 50;

export interface History {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  readonly revisions: ReadonlyMap<string, Revision>;
  readonly have: Have;
}

/** What was released, from what AWS keeps: deployments, their descriptions, and the tags of their revisions. Throws ReleaseError, also when it would be short of what could not be read. */
export async function readHistory(options: HistoryOptions): Promise<History> {
  const history = await lookBack(options);
  refuseUnread(history.have, ["running", "ended"], "Nothing was changed.");
  return history;
}

/** The same, as far as it can be read: `have.unread` says what is missing. Throws ReleaseError. */
export async function lookBack({ clients, clock, most = usualHistory, names, signal }: HistoryOptions): Promise<History> {
  const have = await observe(clients, { names, clock, ended: most, signal });
  const deployments = [...(have.running === undefined ? [] : [have.running]), ...have.ended];
  const arns = [have.current?.arn, ...deployments.map(({ taskDefinitionArn }) => taskDefinitionArn)].flatMap((arn) => arn ?? []);
  const revisions = await readRevisions(clients, arns, signal);
  return { entries: historyOf(deployments, revisions), revisions, have };
}

/** Newest first. What CodeDeploy did by itself to undo a deployment is part of that deployment's entry. */
export function historyOf(deployments: readonly HaveDeployment[], revisions: ReadonlyMap<string, Revision>): HistoryEntry[] {
  return deployments
    .filter(({ creator, rollsBack }) => creator !== "codeDeployRollback" && rollsBack === undefined)
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs)
    .map((deployment) => {
      const rollback = deployments.find(({ id }) => id === deployment.rolledBackBy);
      const described = readDescription(deployment.description);
      const revision = revisions.get(deployment.taskDefinitionArn ?? "");
      const commit = revision?.commit ?? described.commit;
      const by = described.by ?? (described.what === "release" ? revision?.by : undefined);
      const breakGlass = described.breakGlass ?? (described.what === "release" ? revision?.breakGlass : undefined);
      const endedAtMs = rollback?.endedAtMs ?? deployment.endedAtMs;
      return {
        deploymentId: deployment.id,
        what: described.what,
        outcome: outcomeIn(deployment, rollback),
        ...(commit === undefined ? {} : { commit }),
        ...(by === undefined ? {} : { by }),
        ...(breakGlass === undefined ? {} : { breakGlass }),
        ...(deployment.taskDefinitionArn === undefined ? {} : { taskDefinitionArn: deployment.taskDefinitionArn }),
        ...(deployment.error === undefined ? {} : { errorCode: deployment.error.code }),
        ...(deployment.rolledBackBy === undefined ? {} : { rollbackId: deployment.rolledBackBy }),
        startedAt: new Date(deployment.createdAtMs).toISOString(),
        ...(endedAtMs === undefined || !isOver(deployment.status) ? {} : { endedAt: new Date(endedAtMs).toISOString(), durationMs: endedAtMs - deployment.createdAtMs }),
      };
    });
}

/** Where the traffic was then is not kept anywhere: this is what CodeDeploy says. */
function outcomeIn(deployment: HaveDeployment, rollback: HaveDeployment | undefined): HistoryOutcome {
  if (!isOver(deployment.status)) return "running";
  if (deployment.status === "Succeeded") return "released";
  if (deployment.rolledBackBy === undefined) return "failed";
  if (rollback === undefined || rollback.status === "Succeeded") return "rolled-back";
  return isOver(rollback.status) ? "rollback-failed" : "running";
}
