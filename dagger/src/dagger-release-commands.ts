import type { DaggerRun, DaggerSurroundings } from "./dagger-run.ts";
import { pushAndRelease } from "./dagger-release-judged.ts";
import { comeUp, requireMayShip, withTarget, type DaggerRelease, type Ended, type ReleaseChoices } from "./dagger-release.ts";
import type { BreakGlass } from "./release/git-decides.ts";
import { readHistory } from "./release/history.ts";
import type { RunFacts } from "./release/notify/notice.ts";
import { exitCodeOf } from "./release/outcome.ts";
import { refuseUnready } from "./release/preflight/preflight.ts";
import { promote } from "./release/promote.ts";
import { pushImages } from "./release/push/push-images.ts";
import { prepare, release } from "./release/release.ts";
import { ReleaseError } from "./release/release-error.ts";
import { rollBack } from "./release/rollback.ts";
import { schemaWarnings } from "./release/rollback/schema-warnings.ts";
import { readStatus } from "./release/status.ts";
import { watch } from "./release/watch/watch.ts";
import { historyText, statusText } from "./report/release-tables.ts";
import { backText } from "./report/release-text.ts";
import type { ExitCode } from "./report/schema.ts";

/** What each releasing function of the module does once its target is open. */
export type ReleaseCommand = (ready: DaggerRelease) => Promise<ExitCode>;

/** Runs a command that only looks, or that works with what is deployed already. */
export const runCommand = async (run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices, command: ReleaseCommand, tells?: RunFacts["what"]): Promise<Ended> => withTarget(run, around, choices, command, { tells });

/** Runs a command that brings this tree somewhere: only where it may go. */
export async function runShipping(run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices, command: ReleaseCommand): Promise<Ended> {
  let breakGlass: BreakGlass | undefined;
  try {
    breakGlass = requireMayShip(run, choices, false);
  } catch (error) {
    if (error instanceof ReleaseError) return { text: error.message, exitCode: error.exitCode };
    throw error;
  }
  return withTarget(run, around, choices, command, { breakGlass, tells: "release" });
}

export const pushCommand: ReleaseCommand = async (ready) => {
  await pushImages(ready);
  return 0;
};

export const renderCommand: ReleaseCommand = async (ready) => {
  const { want } = await prepare({ ...ready, emit: () => undefined });
  ready.say(JSON.stringify(want.taskDefinition, null, 2));
  return 0;
};

/** Tells the plan too, with all that stands against it. */
export const planCommand: ReleaseCommand = async (ready) => {
  refuseUnready((await prepare(ready)).findings);
  return 0;
};

/** As plan, but of what would change nothing is said. */
export const preflightCommand: ReleaseCommand = async (ready) => {
  const onlyChecks: DaggerRelease["emit"] = (event) => { if (event.kind === "checked") ready.emit(event); };
  refuseUnready((await prepare({ ...ready, emit: onlyChecks })).findings);
  return 0;
};

export const deployCommand: ReleaseCommand = async (ready) => {
  await comeUp(ready);
  return exitCodeOf[(await release(ready)).kind];
};

/** Pushes and deploys, with nothing looked at before: a try of the release itself. */
export const rehearseCommand: ReleaseCommand = async (ready) => {
  const { outcome } = await pushAndRelease(ready);
  return exitCodeOf[outcome.kind];
};

export const statusCommand = (follow: boolean): ReleaseCommand => async (ready) => {
  const status = await readStatus(ready);
  ready.say(statusText(status).trimEnd());
  if (!follow || status.deployment === undefined) return 0;
  return exitCodeOf[(await watch({ ...ready, deploymentId: status.deployment.deploymentId })).kind];
};

export const historyCommand: ReleaseCommand = async (ready) => {
  ready.say(historyText((await readHistory(ready)).entries).trimEnd());
  return 0;
};

export const promoteCommand: ReleaseCommand = async (ready) => {
  await promote(ready);
  return 0;
};

export const rollbackCommand = (given: { readonly to: string; readonly stop: boolean; readonly dryRun: boolean }): ReleaseCommand => async (ready) => {
  const { dryRun, stop } = given;
  const to = given.to === "" ? undefined : await ready.git.resolve(given.to);
  if (given.to !== "" && to === undefined) throw new ReleaseError("UNKNOWN_COMMIT", `Git knows no commit ${given.to} here. Nothing was changed.`, "`history` lists what was released; fetch if this clone is behind.");
  const result = await rollBack({ ...ready, warnings: schemaWarnings(ready), stop, dryRun, ...(to === undefined ? {} : { to }) });
  if (result.backAfterMs !== undefined) ready.say(backText(result.plan?.commit, result.backAfterMs));
  return result.exitCode;
};
