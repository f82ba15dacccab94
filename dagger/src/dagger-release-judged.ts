import { daggerNotifier } from "./dagger-notify.ts";
import { comeUp, requireMayShip, sayMaybe, useTarget, type DaggerRelease, type ReleaseChoices, type Told } from "./dagger-release.ts";
import type { DaggerRun, DaggerSurroundings, GatesAndRelease } from "./dagger-run.ts";
import { StepError } from "./engine/step-error.ts";
import type { PipelineResult } from "./pipeline.ts";
import { putFault } from "./rehearsal/faults.ts";
import { letUsersCome } from "./rehearsal/users.ts";
import type { Notifier } from "./release/notify/notifier.ts";
import { pushImages } from "./release/push/push-images.ts";
import { ReleaseError } from "./release/release-error.ts";
import { release } from "./release/release.ts";
import type { ReleaseEvent } from "./report/release-events.ts";
import { releaseReportOf, withRelease } from "./report/release-record.ts";
import type { Outcome, ReleaseReport } from "./report/release-schema.ts";
import { releaseText } from "./report/release-text.ts";
import type { ExitCode } from "./report/schema.ts";
import { loadText } from "./report/words.ts";

/** Pushes and releases, of images that were judged no others; in a rehearsal with users, and with what is to go wrong. */
export async function pushAndRelease(ready: DaggerRelease, judged?: ReadonlyMap<string, string>): Promise<{ readonly outcome: Outcome; readonly load: ReleaseReport["load"] }> {
  const { inject, rehearsal, settings } = ready;
  await comeUp(ready);
  const push = { ...ready, ...(judged === undefined ? {} : { judged }) };
  if (rehearsal === undefined) return { outcome: await release(ready, await pushImages(push)), load: undefined };
  const takeBack = inject === undefined ? undefined : await putFault(inject, rehearsal.endpoint);
  const users = await letUsersCome(rehearsal.users, settings.rehearsal);
  const leave = async (): Promise<ReleaseReport["load"]> => {
    const load = await users.stop();
    if (load !== undefined) ready.say(loadText(load));
    await takeBack?.();
    return load;
  };
  let outcome: Outcome;
  try {
    outcome = await release(ready, await pushImages(push));
  } catch (error) {
    await leave();
    throw error;
  }
  return { outcome, load: await leave() };
}

/** Releases the images that the gates have judged, unless they stopped that. */
export async function releaseJudged(run: DaggerRun, around: DaggerSurroundings, result: PipelineResult, choices: ReleaseChoices): Promise<GatesAndRelease> {
  const say = (text: string): void => { process.stdout.write(`${text}\n`); };
  const notifier = await daggerNotifier(run, around, { target: choices.target, what: "release" });
  try {
    if (result.report.exitCode === 0) return await releasePassed(run, around, result, choices, { say, notifier });
    notifier.gatesFailed(result.report.summary);
    return result;
  } finally {
    for (const problem of await notifier.end()) say(problem);
  }
}

async function releasePassed(run: DaggerRun, around: DaggerSurroundings, result: PipelineResult, choices: ReleaseChoices, { say, notifier }: { readonly say: Told["say"]; readonly notifier: Notifier }): Promise<GatesAndRelease> {
  const events: ReleaseEvent[] = [];
  const line = releaseText();
  const told: Told = {
    say,
    onEvent: (event) => {
      events.push(event);
      notifier.onEvent(event);
      sayMaybe(line(event), say);
    },
  };
  let load: ReleaseReport["load"];
  const reported = (exitCode: ExitCode, refused?: { readonly code: string; readonly message: string }): GatesAndRelease => ({
    ...result,
    report: withRelease(result.report, releaseReportOf(events, { what: "release", ...(load === undefined ? {} : { load }), ...(refused === undefined ? {} : { refused }) }), exitCode),
    releaseEvents: events,
  });
  try {
    const breakGlass = requireMayShip(run, choices, true);
    await useTarget(run, around, choices, { ...told, breakGlass }, async (ready) => {
      ({ load } = await pushAndRelease(ready, new Map(result.report.images.map(({ service, imageId }) => [service, imageId]))));
    });
    return reported(0);
  } catch (error) {
    if (error instanceof ReleaseError) return reported(error.exitCode, { code: error.code, message: error.message });
    if (error instanceof StepError) return reported(4, { code: error.code, message: error.message });
    throw error;
  }
}
