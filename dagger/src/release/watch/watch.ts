import type { EmitRelease } from "../../report/release-events.ts";
import type { Outcome } from "../../report/release-schema.ts";
import type { Analysis } from "../analysis/analysis.ts";
import type { AwsClients } from "../aws/clients.ts";
import { decideOutcome, isOver, type FinalFacts } from "../outcome.ts";
import type { ReleaseClock } from "../release-clock.ts";
import type { AwsNames } from "../release-settings.ts";
import { changesOf, withKnown } from "./changes.ts";
import { Look, type Glance } from "./look.ts";
import { persist, sleep } from "./persist.ts";
import type { SeenDeployment, Sight } from "./sight.ts";
import { primaryOf, trafficOf } from "./traffic.ts";

export interface WatchOptions {
  readonly clients: AwsClients;
  readonly names: AwsNames;
  readonly deploymentId: string;
  readonly clock: ReleaseClock;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  /** Makes clients that ask for credentials anew; without it those in hand are used on. */
  readonly renew?: () => Promise<AwsClients>;
  /** Somebody stopped it with a rollback, which may take a while to appear. */
  readonly expectsRollback?: boolean;
  /** What it is called in its outcome; a release when absent. */
  readonly what?: "release" | "rollback";
  /** Checks of one's own, which may stop it. */
  readonly analysis?: Analysis;
  readonly lostAfterMs?: number;
  /** How often everything is looked at, milliseconds of the target's time. */
  readonly lookEveryMs?: number;
}

/** Unless said otherwise. */
const usualLookEveryMs = 5_000;
/** How often it is asked whether the deployment is over, which costs one call. */
const glanceEveryMs = 1_500;
/** How long nothing may be seen of it. */
const lostAfterMs = 15 * 60_000;
/** How long a rollback that is to come may take to appear: with traffic to bring back, and without. */
const rollbackAppearsMs = { withTraffic: 60_000, without: 3_000 };
/** How long traffic is asked for that cannot be read at the end, and how long one is waited for that is not where CodeDeploy says. */
const finalReadMs = 60_000;
const trafficAgreesMs = 10_000;

/**
 * Follows a deployment to its true end, a rollback included, and tells what
 * changes. It keeps nothing: another one, at any time, takes it up from what AWS
 * has. Throws ReleaseError.
 */
export async function watch(options: WatchOptions): Promise<Outcome> {
  const { clock, emit, lookEveryMs = usualLookEveryMs, signal } = options;
  const deploymentId = await releaseOf(options);
  const { clients, deployments, glance, look } = watcher(options, deploymentId);
  let known: Sight | undefined;
  let lookedMs = -Infinity;
  let overSinceMs: number | undefined;
  for (;;) {
    const seen = await glance();
    const isNews = known === undefined || JSON.stringify(deployments(seen)) !== JSON.stringify(deployments(known));
    const mayBeOver = isOver(seen.deployment.status);
    if (mayBeOver) overSinceMs ??= clock.now();
    if (isNews || mayBeOver || clock.now() - lookedMs >= lookEveryMs) {
      const sight = await look(seen);
      lookedMs = clock.now();
      for (const event of changesOf(known, withKnown(known, sight), options.analysis?.objection)) emit(event);
      known = withKnown(known, sight);
      await options.analysis?.next(known, clients());
      if (overSinceMs !== undefined && isSettled(sight, clock.now() - overSinceMs, options)) {
        const outcome = decideOutcome({ ...factsOf(sight, options.analysis), ...(options.what === undefined ? {} : { what: options.what }) });
        emit({ kind: "ended", outcome });
        return outcome;
      }
    }
    await sleep(clock, glanceEveryMs, signal, deploymentId);
  }
}

/** Of a rollback that CodeDeploy made, the deployment that it rolls back: there the whole story is. */
async function releaseOf(options: WatchOptions): Promise<string> {
  const { glance } = watcher(options, options.deploymentId);
  const { deployment } = await glance();
  return deployment.rollsBack ?? deployment.id;
}

function watcher(options: WatchOptions, deploymentId: string) {
  let { clients } = options;
  const look = new Look({ clients: () => clients, names: options.names, deploymentId, signal: options.signal, emit: options.emit, now: () => options.clock.now() });
  const persistence = {
    ...options,
    deploymentId,
    lostAfterMs: options.lostAfterMs ?? lostAfterMs,
    renew: async () => {
      clients = (await options.renew?.()) ?? clients;
    },
  };
  return {
    clients: (): AwsClients => clients,
    glance: async (): Promise<Glance> => persist(async () => look.glance(), persistence),
    look: async (seen: Glance): Promise<Sight> => persist(async () => look.look(seen), persistence),
    /** What of a glance is worth a look. */
    deployments: ({ deployment, rollback }: Glance) => [deployment, rollback].map((of) => [of?.id, of?.status, of?.rolledBackBy, of?.inTerminationWait]),
  };
}

/** Whether nothing more is to come, `sinceMs` after the deployment itself was over. */
function isSettled(sight: Sight, sinceMs: number, { analysis, ...options }: WatchOptions): boolean {
  const expectsRollback = options.expectsRollback === true || analysis?.objection?.isStopped === true;
  const { deployment, rollback } = sight;
  const traffic = sight.listeners === undefined || sight.taskSets === undefined ? undefined : trafficOf(deployment.id, sight.listeners, sight.taskSets);
  if (deployment.rolledBackBy !== undefined && (rollback === undefined || !isOver(rollback.status))) return false;
  if (traffic === undefined && sinceMs < finalReadMs) return false;
  if (deployment.status === "Succeeded") return traffic?.candidatePercent === 100 || sinceMs >= trafficAgreesMs;
  if (deployment.rolledBackBy !== undefined) return traffic?.otherPercent === 100 || rollback?.status !== "Succeeded" || sinceMs >= trafficAgreesMs;
  if (!expectsRollback && !isRolledBackByItself(deployment)) return true;
  return sinceMs >= (traffic?.otherPercent === 100 && !expectsRollback ? rollbackAppearsMs.without : rollbackAppearsMs.withTraffic);
}

/** By the group's own settings. */
function isRolledBackByItself({ autoRollback, error }: SeenDeployment): boolean {
  const event = error?.code === "ALARM_ACTIVE" ? "DEPLOYMENT_STOP_ON_ALARM" : error?.code === "MANUAL_STOP" ? "DEPLOYMENT_STOP_ON_REQUEST" : "DEPLOYMENT_FAILURE";
  return autoRollback.includes(event);
}

function factsOf({ atMs, deployment, listeners, rollback, taskSets }: Sight, analysis: Analysis | undefined): FinalFacts {
  const { createdAtMs, error, id, rolledBackBy, status } = deployment;
  const isRead = listeners !== undefined && taskSets !== undefined;
  return {
    deploymentId: id,
    status,
    error,
    rollback: rolledBackBy === undefined ? undefined : { id: rolledBackBy, status: rollback?.status },
    traffic: isRead ? trafficOf(id, listeners, taskSets) : undefined,
    primary: taskSets === undefined ? undefined : primaryOf(id, taskSets),
    ...(analysis?.objection === undefined ? {} : { objection: analysis.objection }),
    startedMs: createdAtMs,
    endedMs: rollback?.endedAtMs ?? deployment.endedAtMs ?? atMs,
  };
}
