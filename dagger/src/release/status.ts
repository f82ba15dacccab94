import type { Status } from "../report/release-schema.ts";
import { readDescription } from "./deployment-description.ts";
import type { Have, HaveTaskSet } from "./have.ts";
import { lookBack, type HistoryOptions } from "./history.ts";
import { readRevisions, type Revision } from "./read-revisions.ts";

/** What runs, since when and with how much of the traffic, and what is under way. Throws ReleaseError. */
export async function readStatus(options: HistoryOptions): Promise<Status> {
  const { have, revisions } = await lookBack({ most: 25, ...options });
  const sets = have.service?.taskSets ?? [];
  const missing = sets.map(({ taskDefinitionArn }) => taskDefinitionArn).filter((arn) => !revisions.has(arn));

  const more = missing.length === 0 ? [] : await readRevisions(options.clients, missing, options.signal);
  return statusOf(have, new Map([...revisions, ...more]), options.names.service);
}

export function statusOf(have: Have, revisions: ReadonlyMap<string, Revision>, service: string): Status {
  const sets = have.service?.taskSets ?? [];
  const shown = sets.filter(({ status }) => status !== "DRAINING").toSorted((one, other) => Number(other.status === "PRIMARY") - Number(one.status === "PRIMARY"));
  const { running } = have;
  const described = readDescription(running?.description ?? "");
  const runningCommit = revisions.get(running?.taskDefinitionArn ?? "")?.commit ?? described.commit;
  return {
    at: new Date(have.atMs).toISOString(),
    service,
    versions: shown.map((taskSet) => versionOf(taskSet, have, revisions)),
    ...(running === undefined
      ? {}
      : {
          deployment: {
            deploymentId: running.id,
            what: described.what,
            status: running.status,
            ...(runningCommit === undefined ? {} : { commit: runningCommit }),
            ...(described.by === undefined ? {} : { by: described.by }),
            startedAt: new Date(running.createdAtMs).toISOString(),
          },
        }),
    alarms: have.alarms.map(({ name, state, stateReason }) => ({ name, state, reason: stateReason })),
    unread: have.unread.map(({ action, part, why }) => `${part}${action === undefined ? "" : ` (${action})`}: ${why}`),
  };
}

function versionOf(taskSet: HaveTaskSet, have: Have, revisions: ReadonlyMap<string, Revision>): Status["versions"][number] {
  const { deploymentId, desired, running, status, taskDefinitionArn } = taskSet;
  const commit = revisions.get(taskDefinitionArn)?.commit;
  const brought = [...have.ended, ...(have.running === undefined ? [] : [have.running])].find(({ id }) => id === deploymentId);
  const percent = percentOf(taskSet, have);
  return {
    primary: status === "PRIMARY",
    ...(commit === undefined ? {} : { commit }),
    taskDefinitionArn,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(brought === undefined ? {} : { since: new Date(brought.createdAtMs).toISOString() }),
    ...(percent === undefined ? {} : { percent }),
    running,
    desired,
  };
}

function percentOf({ targetGroupArn }: HaveTaskSet, { listeners }: Have): number | undefined {
  const forwards = listeners.filter(({ role }) => role === "production").flatMap((listener) => listener.forwards);
  const total = forwards.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const own = forwards.filter((forward) => forward.targetGroupArn === targetGroupArn).reduce((sum, { weight }) => sum + weight, 0);
  return Math.round((1000 * own) / total) / 10;
}
