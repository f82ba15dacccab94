import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../../../dagger/src/clock.ts";
import type { Config } from "../../../../dagger/src/config.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { requireReleasable } from "../../../../dagger/src/release/git-decides.ts";
import { readHistory } from "../../../../dagger/src/release/history.ts";
import { exitCodeOf } from "../../../../dagger/src/release/outcome.ts";
import { refuseUnready } from "../../../../dagger/src/release/preflight/preflight.ts";
import { promote } from "../../../../dagger/src/release/promote.ts";
import { pushImages } from "../../../../dagger/src/release/push/push-images.ts";
import { prepare, release, type ReleaseRun } from "../../../../dagger/src/release/release.ts";
import { emitAt } from "../../../../dagger/src/release/release-clock.ts";
import { ReleaseError } from "../../../../dagger/src/release/release-error.ts";
import { awsNames, type ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import { rollBack } from "../../../../dagger/src/release/rollback.ts";
import { schemaWarnings } from "../../../../dagger/src/release/rollback/schema-warnings.ts";
import { readStatus } from "../../../../dagger/src/release/status.ts";
import { watch } from "../../../../dagger/src/release/watch/watch.ts";
import { backText, releaseText } from "../../../../dagger/src/report/release-text.ts";
import { historyText, statusText } from "../../../../dagger/src/report/release-tables.ts";
import type { ReleaseEvent } from "../../../../dagger/src/report/release-events.ts";
import type { ExitCode } from "../../../../dagger/src/report/schema.ts";
import type { RepositoryState } from "../../../../dagger/src/repository.ts";
import { CliError } from "../cli-error.ts";
import { findContainerEngine } from "../container-engine/find-engine.ts";
import type { OpenedEngine } from "../engine/open-local-engine.ts";
import { forTarget, readRepository, readSettings } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { analysisHere } from "./analysis-here.ts";
import { gitHere } from "./git-here.ts";
import { notifierHere } from "./notify-here.ts";
import { openTarget, type OpenTarget } from "./open-target.ts";
import type { ReleaseRequest } from "./release-arguments.ts";
import { whoReleases } from "./who.ts";

/** One command of `npm run release`, from the repository to the exit code. Throws CliError and ReleaseError. */
export async function releaseHere(request: ReleaseRequest, here: Surroundings): Promise<ExitCode> {
  const { root, repository } = await readRepository(here.root);
  const { config } = forTarget((await readSettings(root, {}, request.environment)).config, request.target);
  const { out } = request;
  if (out === undefined) return releaseFrom({ root, repository, config }, request, here);
  let page: string | undefined;
  // What it loads is needed for a report only.
  const { withReport } = await import("./with-report.ts");
  return withReport({ config, repository, request: { ...request, out }, page: () => page }, here, async (onEvent) => releaseFrom({ root, repository, config }, request, here, { onEvent, onPage: (url) => { page = url; } }));
}

interface Told {
  readonly onEvent: (event: ReleaseEvent) => void;
  readonly onPage: (url: string) => void;
}

async function releaseFrom({ root, repository, config }: { readonly root: string; readonly repository: RepositoryState; readonly config: Config }, request: ReleaseRequest, here: Surroundings, report?: Told): Promise<ExitCode> {
  const settings = releaseSettings(config);
  const breakGlass = ships(request) && request.target === "aws" ? requireReleasable({ repository, releaseBranch: config.releaseBranch, gated: request.action !== "push" && request.action !== "deploy", ...(request.breakGlass === undefined ? {} : { breakGlass: request.breakGlass }) }) : undefined;
  const notify = (text: string): void => { here.write(`${here.paint("dim", text)}\n`); };
  const target = await openTarget({
    ...request,
    settings,
    infrastructure: config.infrastructure,
    root,
    env: here.env,
    starts: request.action === "push",
    engine: async () => findContainerEngine({ env: here.env, signal: here.signal, install: "yes", notify, wanted: request.engine }),
    notify,
  });
  if (target.rehearsal !== undefined) report?.onPage(`${target.rehearsal.url}/_rehearsal/`);
  const told = request.action === "deploy" || request.action === "rollback" ? await notifierHere({ env: here.env, root, project: config.project, settings, repository, target: request.target, what: request.action === "rollback" ? "rollback" : "release" }) : undefined;
  try {
    const say = releaseText(here.paint);
    const run: Run = {
      config,
      settings,
      repository,
      ...target,
      signal: here.signal,
      emit: emitAt(target.clock, (event) => {
        report?.onEvent(event);
        told?.onEvent(event);
        const line = say(event);
        if (line !== undefined) here.write(`${line}\n`);
      }),
      ...analysisHere(here.env),
      git: gitHere(root),
      read: async (path) => readFile(join(root, path), "utf8").catch(() => undefined),
      by: whoReleases(here.env),
      allowOlder: request.allowOlder,
      wait: request.wait,
      ...(breakGlass === undefined ? {} : { breakGlass }),
      names: awsNames(config.project, settings),
      root,
      json: (value) => { if (request.json) here.writeReport(`${JSON.stringify(value, null, 2)}\n`); },
      print: (text) => { if (!request.json) here.write(text); },
    };
    return await actions[request.action](run, request, here);
  } finally {
    for (const problem of (await told?.end()) ?? []) here.write(`${here.paint("yellow", problem)}\n`);
    target.clients.close();
  }
}

interface Run extends ReleaseRun, OpenTarget {
  readonly names: ReturnType<typeof awsNames>;
  readonly root: string;
  readonly json: (value: unknown) => void;
  readonly print: (text: string) => void;
}

/** What would put something into AWS, or says whether that would work. */
const ships = ({ action }: ReleaseRequest): boolean => action === "push" || action === "deploy" || action === "plan" || action === "preflight";

export function releaseSettings(config: Config): ReleaseSettings {
  if (config.release === undefined) throw new CliError("BAD_CONFIG", "gitops.json has no section release, so nobody knows how this is released. Nothing was started.", "Add it; dagger/gitops.schema.json lists its keys.");
  return config.release;
}

const actions: Readonly<Record<ReleaseRequest["action"], (run: Run, request: ReleaseRequest, here: Surroundings) => Promise<ExitCode>>> = {
  push: async (run, request, here) => {
    const engine = await openEngine(run, request, here);
    try {
      run.json(await pushImages({ ...run, engine: engine.engine }));
      return 0;
    } catch (error) {
      if (error instanceof StepError) throw new CliError("ENGINE", `${error.message} Nothing was deployed.`, "Run again; what has arrived is not sent twice.", error);
      throw error;
    } finally {
      await engine.close();
    }
  },
  render: async (run) => {
    const { want } = await prepare({ ...run, emit: () => undefined });
    run.json(want.taskDefinition);
    run.print(`${JSON.stringify(want.taskDefinition, null, 2)}\n`);
    return 0;
  },
  plan: async (run) => {
    const { plan, findings } = await prepare(run);
    run.json({ plan, findings });
    refuseUnready(findings);
    return 0;
  },
  preflight: async (run) => {
    const { findings } = await prepare(run);
    run.json(findings);
    refuseUnready(findings);
    return 0;
  },
  deploy: async (run, request, here) => {
    if (request.dryRun) return actions.plan(run, request, here);
    const outcome = await release(run);
    run.json(outcome);
    return exitCodeOf[outcome.kind];
  },
  status: async (run, request) => {
    const status = await readStatus(run);
    run.print(statusText(status));
    if (!request.follow || status.deployment === undefined) {
      run.json(status);
      return 0;
    }
    const outcome = await watch({ ...run, deploymentId: status.deployment.deploymentId });
    run.json(outcome);
    return exitCodeOf[outcome.kind];
  },
  history: async (run, _request, here) => {
    const { entries } = await readHistory(run);
    run.json(entries);
    run.print(historyText(entries, here.paint));
    return 0;
  },
  promote: async (run) => {
    run.json(await promote(run));
    return 0;
  },
  rollback: async (run, request) => {
    const to = request.to === undefined ? undefined : await run.git.resolve(request.to);
    if (request.to !== undefined && to === undefined) throw new ReleaseError("UNKNOWN_COMMIT", `Git knows no commit ${request.to} here. Nothing was changed.`, "`history` lists what was released; fetch if this clone is behind.");
    const result = await rollBack({ ...run, warnings: schemaWarnings(run), stop: request.stop, dryRun: request.dryRun, ...(to === undefined ? {} : { to }) });
    run.json(result);
    if (result.backAfterMs !== undefined) run.print(`${backText(result.plan?.commit, result.backAfterMs)}\n`);
    return result.exitCode;
  },
};

async function openEngine({ root, config }: { root: string; config: Config; repository: RepositoryState }, request: ReleaseRequest, here: Surroundings): Promise<OpenedEngine> {
  // Only for a push: what these load takes as long as all that a deployment needs.
  const [{ openLocalEngine }, { newId }] = await Promise.all([import("../engine/open-local-engine.ts"), import("../run-gates.ts")]);
  return openLocalEngine({
    root,
    env: here.env,
    signal: here.signal,
    clock: systemClock,
    newId,
    images: config.images,
    notify: (text) => { here.write(`${here.paint("dim", text)}\n`); },
    ...(request.engine === undefined ? {} : { wanted: request.engine }),
    ...(here.ask === undefined ? {} : { ask: here.ask }),
  });
}
