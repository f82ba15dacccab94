import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import type { PipelineResult } from "../../../../dagger/src/pipeline.ts";
import { bringUp } from "../../../../dagger/src/rehearsal/bring-up.ts";
import { putFault } from "../../../../dagger/src/rehearsal/faults.ts";
import { requireIdentity } from "../../../../dagger/src/release/aws/require-identity.ts";
import { requireReleasable, type BreakGlass } from "../../../../dagger/src/release/git-decides.ts";
import { pushImages, type PushOptions } from "../../../../dagger/src/release/push/push-images.ts";
import { release, type ReleaseRun } from "../../../../dagger/src/release/release.ts";
import { emitAt } from "../../../../dagger/src/release/release-clock.ts";
import { ReleaseError } from "../../../../dagger/src/release/release-error.ts";
import type { ReleaseEvent } from "../../../../dagger/src/report/release-events.ts";
import { releaseReportOf, withRelease } from "../../../../dagger/src/report/release-record.ts";
import { releaseText } from "../../../../dagger/src/report/release-text.ts";
import type { ReleaseReport } from "../../../../dagger/src/report/release-schema.ts";
import { loadText } from "../../../../dagger/src/report/words.ts";
import type { Notifier } from "../../../../dagger/src/release/notify/notifier.ts";
import type { ExitCode } from "../../../../dagger/src/report/schema.ts";
import type { RepositoryState } from "../../../../dagger/src/repository.ts";
import { CliError } from "../cli-error.ts";
import type { OpenedEngine } from "../engine/open-local-engine.ts";
import type { Run } from "../run-gates.ts";
import { analysisHere } from "./analysis-here.ts";
import { gitHere } from "./git-here.ts";
import { notifierHere } from "./notify-here.ts";
import { openTarget, type OpenTarget } from "./open-target.ts";
import { startUsers } from "./users.ts";
import { whyNoRelease } from "./why-no-release.ts";
import { whoReleases } from "./who.ts";

/** What the gates have left behind: their verdict, and the engine with the images that they judged. */
export interface Judged {
  readonly local: OpenedEngine;
  readonly repository: RepositoryState;
  readonly result: PipelineResult;
}

export interface ReleasedResult extends PipelineResult {
  readonly releaseEvents?: readonly ReleaseEvent[];
}

/** Releases the images that the gates have judged, unless they stopped that. Everything that stands against it ends up in the report. */
export async function releaseAfterGates(run: Run, judged: Judged): Promise<ReleasedResult> {
  const { result } = judged;
  const { here, config } = run;
  const why = whyNoRelease(run);
  if (why !== undefined || config.release === undefined) {
    if (result.report.exitCode === 0) here.write(`${here.paint("dim", why ?? "")}\n`);
    return result;
  }
  const notifier = await notifierHere({ env: here.env, root: run.root, project: config.project, settings: config.release, repository: judged.repository, target: run.args.target, what: "release" });
  try {
    if (result.report.exitCode !== 0) {
      notifier.gatesFailed(result.report.summary);
      return result;
    }
    return await releaseJudged(run, judged, notifier);
  } finally {
    for (const problem of await notifier.end()) here.write(`${here.paint("yellow", problem)}\n`);
  }
}

async function releaseJudged(run: Run, judged: Judged, notifier: Notifier): Promise<ReleasedResult> {
  const { result } = judged;
  const { here } = run;
  const events: ReleaseEvent[] = [];
  let target: OpenTarget | undefined;
  let load: ReleaseReport["load"];
  const reported = (refused?: { readonly code: string; readonly message: string }, exitCode: ExitCode = 0): ReleasedResult => {
    const page = target?.rehearsal === undefined ? {} : { page: `${target.rehearsal.url}/_rehearsal/` };
    return { ...result, report: withRelease(result.report, releaseReportOf(events, { what: "release", ...page, ...(load === undefined ? {} : { load }), ...(refused === undefined ? {} : { refused }) }), exitCode), releaseEvents: events };
  };
  try {
    const breakGlass = brokenRules(run, judged.repository);
    target = await openReleaseTarget(run, judged);
    const say = releaseText(here.paint);
    load = await releaseTo(target, run, judged, breakGlass, (event) => {
      events.push(event);
      notifier.onEvent(event);
      const line = say(event);
      if (line !== undefined) here.write(`${line}\n`);
    });
    if (load !== undefined) here.write(`${loadText(load)}\n`);
    return reported();
  } catch (error) {
    if (here.signal.aborted) throw error;
    if (error instanceof StepError) return reported({ code: error.code, message: `${error.message} Nothing was deployed.` }, 4);
    if (!(error instanceof ReleaseError || error instanceof CliError)) throw error;
    return reported({ code: error.code, message: error.message }, error.exitCode);
  } finally {
    target?.clients.close();
  }
}

/** What would stop a release to AWS whatever the gates say: told before they begin. Throws ReleaseError. */
export async function requireReleaseToBegin(run: Run): Promise<void> {
  const { args, config, repository, here } = run;
  if (args.target !== "aws" || config.release === undefined || whyNoRelease(run) !== undefined) return;
  brokenRules(run, repository);
  const { clients } = await openTarget({ target: "aws", settings: config.release, infrastructure: config.infrastructure, root: run.root, env: here.env, engine: async () => Promise.reject(new Error("not asked")), starts: false, notify: () => undefined });
  try {
    await requireIdentity(clients, here.signal);
  } finally {
    clients.close();
  }
}

const brokenRules = ({ args, config }: Run, repository: RepositoryState): BreakGlass | undefined =>
  args.target === "aws" ? requireReleasable({ repository, releaseBranch: config.releaseBranch, gated: true, ...(args.breakGlass === undefined ? {} : { breakGlass: args.breakGlass }) }) : undefined;

async function openReleaseTarget({ root, config, args, here }: Run, { local }: Judged): Promise<OpenTarget> {
  if (config.release === undefined) throw new Error("no section release");
  return openTarget({
    target: args.target,
    settings: config.release,
    infrastructure: config.infrastructure,
    root,
    env: here.env,
    engine: async () => Promise.resolve(local.containers),
    starts: true,
    ...(args.rehearsal === undefined ? {} : { rehearsal: args.rehearsal }),
    notify: (text) => { here.write(`${here.paint("dim", text)}\n`); },
  });
}

async function releaseTo(target: OpenTarget, { root, config, args, here }: Run, { local, repository, result }: Judged, breakGlass: BreakGlass | undefined, onEvent: (event: ReleaseEvent) => void): Promise<ReleaseReport["load"]> {
  const settings = config.release;
  if (settings === undefined) throw new Error("no section release");
  const emit = emitAt(target.clock, onEvent);
  const judged = new Map(result.report.images.map(({ service, imageId }) => [service, imageId]));
  const push: PushOptions = { config, settings, repository, judged, engine: local.engine, clients: target.clients, signal: here.signal, emit };
  if (target.rehearsal !== undefined) await bringUp(push, target.clock);
  const run: ReleaseRun = {
    ...push,
    clock: target.clock,
    ...(target.renew === undefined ? {} : { renew: target.renew }),
    ...analysisHere(here.env),
    git: gitHere(root),
    // As the gates have seen them, not as they are by now.
    read: async (path) => local.engine.tree.read(path),
    by: whoReleases(here.env),
    allowOlder: args.allowOlder,
    wait: args.wait,
    ...(breakGlass === undefined ? {} : { breakGlass }),
  };
  const pushed = await pushImages(push);
  if (target.rehearsal === undefined) {
    await release(run, pushed);
    return undefined;
  }
  const { state, url } = target.rehearsal;
  const takeBack = args.inject === undefined ? undefined : await putFault(args.inject, url);
  const users = startUsers(state, settings.rehearsal, here.env);
  let load: ReleaseReport["load"];
  try {
    await release(run, pushed);
  } finally {
    load = await users.stop();
    await takeBack?.();
  }
  return load;
}
