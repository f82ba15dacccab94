import type { EmitRelease } from "../report/release-events.ts";
import type { Outcome } from "../report/release-schema.ts";
import type { ExitCode } from "../report/schema.ts";
import { lookBack, type History } from "./history.ts";
import type { HaveDeployment } from "./have.ts";
import { currentCommit } from "./make-plan.ts";
import { exitCodeOf } from "./outcome.ts";
import { promote } from "./promote.ts";
import { refuseUnread } from "./refuse-unread.ts";
import { readRevisions } from "./read-revisions.ts";
import { ReleaseError } from "./release-error.ts";
import type { ReleaseSettings } from "./release-settings.ts";
import { createRollback, stopDeployment } from "./rollback/acts.ts";
import { chooseRollback } from "./rollback/choose.ts";
import { readMissingImages } from "./rollback/images.ts";
import { planRollback, type RollbackPlan } from "./rollback/plan-rollback.ts";
import { watch, type WatchOptions } from "./watch/watch.ts";

export interface RollbackOptions extends Omit<WatchOptions, "deploymentId" | "expectsRollback"> {
  readonly settings: Pick<ReleaseSettings, "container" | "port">;
  /** Whose rollback it is, for the history. */
  readonly by: string;
  /** A commit, or the beginning of one; the release before what runs when absent. */
  readonly to?: string;
  /** End the deployment that runs. */
  readonly stop?: boolean;
  readonly dryRun?: boolean;
  /** Notes to show with the plan, given the commit that is gone back to, and the one that runs: `schemaWarnings`. */
  readonly warnings?: (to: string, runs: string | undefined) => Promise<readonly string[]>;
}

export interface RollbackResult {
  readonly exitCode: ExitCode;
  /** Absent when a running deployment was stopped, or would be. */
  readonly plan?: RollbackPlan;
  /** Of the deployment that was stopped, or of the one that brought the old version back; absent for a dry run. */
  readonly outcome?: Outcome;
  /** The deployment that `--stop` ended, or would end. */
  readonly stopped?: string;
  /** From the command to all traffic on the old version, milliseconds of the target's time. */
  readonly backAfterMs?: number;
}

/**
 * Sends all traffic back: by stopping the deployment that runs, or by a new one
 * of an earlier revision. Throws ReleaseError when it is refused.
 */
export async function rollBack(options: RollbackOptions): Promise<RollbackResult> {
  const { clock, dryRun = false, stop = false, to } = options;
  const startedMs = clock.now();
  const history = await lookBack(options);
  refuseUnread(history.have, ["running"], unchanged);
  const { running } = history.have;
  if (running === undefined) return goBack(options, history, { startedMs, state: unchanged });
  if (!stop) throw runsAlready(running, history);
  // A commit that was never released is no reason to stop anything.
  if (to !== undefined) chooseRollback({ history: history.entries, runs: history.have.current?.arn, isMixed: true, to });
  if (dryRun) return { exitCode: 0, stopped: running.id };
  const stopped = await stopAndWait(options, running.id, startedMs);
  const isBack = stopped.exitCode === 0;
  // It was released before it could be stopped: that is what has to be gone back from.
  const isReleased = stopped.outcome?.kind === "released";
  if (!isReleased && (!isBack || to === undefined)) return stopped;
  const state = isReleased ? unchanged : `Deployment ${running.id} was stopped; nothing else was changed.`;
  const now = await since(state, async () => lookBack(options));
  if (isBack && runsNow(now, to ?? "")) return stopped;
  return { ...(await since(state, async () => goBack(options, now, { startedMs, state }))), stopped: running.id };
}

/** Whatever refuses to go on knows nothing of what was done before. */
async function since<Result>(state: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReleaseError) || state === unchanged) throw error;
    throw new ReleaseError(error.code, error.happened.replace(/Nothing was changed\./, state).replace(/nothing was changed\./, `${state.charAt(0).toLowerCase()}${state.slice(1)}`), error.next, error);
  }
}

const unchanged = "Nothing was changed.";
/** Each of them decides where a rollback goes, or whether it will get there. */
const neededToGoBack = ["service", "current", "group", "listeners", "alarms", "running", "ended", "ended.revision"];

async function stopAndWait(options: RollbackOptions, deploymentId: string, startedMs: number): Promise<RollbackResult> {
  const { clock, emit } = options;
  const isStopped = await stopDeployment(options, deploymentId);
  if (isStopped) emit({ kind: "stopped", deploymentId });
  const backAt = noticing(options, (event) => event.kind === "traffic" && event.candidatePercent === 0);
  const outcome = await watch({ ...options, ...pace, emit: backAt.emit, deploymentId, expectsRollback: isStopped });
  const isBack = outcome.kind === "rolled-back" || outcome.kind === "failed";
  return { exitCode: isBack ? 0 : outcome.kind === "released" ? 1 : exitCodeOf[outcome.kind], outcome, stopped: deploymentId, ...(isBack ? { backAfterMs: (backAt.atMs() ?? clock.now()) - startedMs } : {}) };
}

async function goBack(options: RollbackOptions, { entries, have, revisions }: History, { startedMs, state }: { readonly startedMs: number; readonly state: string }): Promise<RollbackResult> {
  const { by, clients, emit, names, settings, signal, to } = options;
  refuseUnread(have, neededToGoBack, state);
  const choice = chooseRollback({ history: entries, runs: have.current?.arn, runsCommit: currentCommit(have), isMixed: isMixed(have), ...(to === undefined ? {} : { to }) });
  const target = revisions.get(choice.taskDefinitionArn) ?? (await readRevisions(clients, [choice.taskDefinitionArn], signal)).get(choice.taskDefinitionArn);
  if (target === undefined) throw new ReleaseError("NOTHING_TO_ROLL_BACK_TO", `The revision ${choice.taskDefinitionArn} is gone from ECS. Nothing was changed.`, "Name another commit with `--to`, or release the commit anew.");
  const missingImages = await readMissingImages(clients, target.body, signal);
  const warnings = (await options.warnings?.(target.commit ?? "", currentCommit(have))) ?? [];
  const plan = planRollback({ have, target, names, settings, missingImages, by, warnings });
  emit({ kind: "planned", what: "rollback", commit: plan.commit, fromCommit: plan.fromCommit, changes: plan.changes, notes: plan.notes });
  if (options.dryRun === true) return { exitCode: 0, plan };
  const deploymentId = await createRollback(options, plan);
  const backAt = noticing(options, (event) => event.kind === "traffic" && event.candidatePercent === 100);
  const outcome = await watch({ ...options, ...pace, what: "rollback", deploymentId, emit: promoting(options, deploymentId, backAt.emit) });
  return { exitCode: exitCodeOf[outcome.kind], plan, outcome, ...(backAt.atMs() === undefined ? {} : { backAfterMs: (backAt.atMs() ?? 0) - startedMs }) };
}

/** Somebody waits for it. */
const pace = { lookEveryMs: 1_500 };

type Event = Parameters<EmitRelease>[0];

/** Passes events on, and keeps when the first of a kind came. */
function noticing({ clock, emit }: RollbackOptions, isIt: (event: Event) => boolean): { readonly emit: EmitRelease; readonly atMs: () => number | undefined } {
  let atMs: number | undefined;
  return {
    emit: (event) => {
      if (isIt(event)) atMs ??= clock.now();
      emit(event);
    },
    atMs: () => atMs,
  };
}

/** Where the group waits for somebody before traffic goes over: whoever asked for the rollback has said so. A failure is told, and the wait stays. */
const promoting = (options: RollbackOptions, deploymentId: string, emit: EmitRelease): EmitRelease => (event) => {
  emit(event);
  if (event.kind !== "waiting-for-promote") return;
  promote({ ...options, emit, deploymentId }).catch((error: unknown) => {
    emit({ kind: "trouble", what: error instanceof Error ? error.message : String(error), tries: 1 });
  });
};

/** Traffic that goes to another version than the primary one, with no deployment that moves it. */
function isMixed({ listeners, service }: History["have"]): boolean {
  const primary = service?.taskSets.find(({ status }) => status === "PRIMARY");
  return listeners.some(({ forwards, role }) => role === "production" && forwards.some(({ targetGroupArn, weight }) => weight > 0 && targetGroupArn !== primary?.targetGroupArn));
}

const runsNow = ({ have, revisions }: History, to: string): boolean => to !== "" && revisions.get(have.current?.arn ?? "")?.commit?.startsWith(to) === true;

function runsAlready({ id }: HaveDeployment, { entries }: History): ReleaseError {
  const commit = entries.find(({ deploymentId }) => deploymentId === id)?.commit;
  return new ReleaseError("DEPLOYMENT_RUNS", `Deployment ${id}${commit === undefined ? "" : ` of ${commit.slice(0, 7)}`} runs. Nothing was changed.`, "`rollback --stop` ends it and brings all traffic back; `status --follow` follows it.");
}
