import type { Service } from "@dagger.io/dagger";
import { daggerNotifier } from "./dagger-notify.ts";
import type { DaggerRun, DaggerSurroundings } from "./dagger-run.ts";
import { treeWithWorld } from "./dagger-synth.ts";
import { daggerGit } from "./engine/dagger-git.ts";
import { StepError } from "./engine/step-error.ts";
import type { RegisteredImages } from "./images/adopting-engine.ts";
import { roleSession } from "./rehearsal/as-role.ts";
import { askedOfSecrets } from "./rehearsal/asked-of-secrets.ts";
import { bringUp } from "./rehearsal/bring-up.ts";
import type { RehearsedFault } from "./rehearsal/faults.ts";
import { hookCommands } from "./rehearsal/hook-commands.ts";
import { doorOf, hooksNode, hooksRoot, rehearsalPort, rehearsalService, usersPort } from "./rehearsal/rehearsal-service.ts";
import { awsClients, type AwsClients } from "./release/aws/clients.ts";
import { requireIdentity } from "./release/aws/require-identity.ts";
import { takeOnCredentials } from "./release/aws/take-on-credentials.ts";
import { requireReleasable, type BreakGlass } from "./release/git-decides.ts";
import type { RunFacts } from "./release/notify/notice.ts";
import type { ReleaseRun } from "./release/release.ts";
import { emitAt, machineReleaseClock, rehearsalReleaseClock, type ReleaseClock } from "./release/release-clock.ts";
import { registeredImages } from "./release/push/registered-images.ts";
import { ReleaseError } from "./release/release-error.ts";
import { releaseSettingsOf } from "./release/settings-of.ts";
import { awsNames, type AwsNames, type ReleaseSettings } from "./release/release-settings.ts";
import type { ReleaseEvent } from "./report/release-events.ts";
import { releaseText } from "./report/release-text.ts";
import type { ExitCode, Target } from "./report/schema.ts";

/** A release on Dagger: from what was said on the command line to words and an exit code. */

export interface ReleaseChoices {
  readonly target: Target;
  /** "": release only what is on the release branch. */
  readonly breakGlass: string;
  readonly allowOlder: boolean;
  readonly wait: boolean;
  /** Begin with a rehearsal that has forgotten what earlier sessions released. */
  readonly fresh: boolean;
  /** What goes wrong with the new version, in a rehearsal. */
  readonly inject: RehearsedFault | undefined;
}

export const usualChoices: ReleaseChoices = { target: "rehearsal", breakGlass: "", allowOlder: false, wait: false, fresh: false, inject: undefined };

/** Ready to be released with. */
export interface DaggerRelease extends ReleaseRun {
  readonly names: AwsNames;
  readonly engine: DaggerRun["engine"];
  /** Only of a rehearsal: where it answers, and where users are let in. */
  readonly rehearsal?: { readonly endpoint: string; readonly users: string };
  readonly inject: RehearsedFault | undefined;
  readonly say: (text: string) => void;
}

/** How a command ended, in words for whoever called it. */
export interface Ended {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Does `work` with the target opened. What stands against it is an ending, too. The team is told of what `tells` names. */
export async function withTarget(run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices, work: (ready: DaggerRelease) => Promise<ExitCode>, { breakGlass, tells }: { readonly breakGlass?: BreakGlass | undefined; readonly tells?: RunFacts["what"] | undefined } = {}): Promise<Ended> {
  const lines: string[] = [];
  const say = (text: string): void => {
    lines.push(text);
    process.stdout.write(`${text}\n`);
  };
  const line = releaseText();
  const notifier = tells === undefined ? undefined : await daggerNotifier(run, around, { target: choices.target, what: tells });
  const onEvent = (event: ReleaseEvent): void => {
    notifier?.onEvent(event);
    sayMaybe(line(event), say);
  };
  const failure = await ending(async () => ({ text: "", exitCode: await useTarget(run, around, choices, { breakGlass, say, onEvent }, work) }));
  for (const problem of (await notifier?.end()) ?? []) say(problem);
  return { text: [...lines, ...(failure.text === "" ? [] : [failure.text])].join("\n"), exitCode: failure.exitCode };
}

export const sayMaybe = (text: string | undefined, say: (text: string) => void): void => {
  if (text !== undefined) say(text);
};

/** Errors that are written for people end a command; any other is a defect, and thrown. */
async function ending(work: () => Promise<Ended>): Promise<Ended> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReleaseError) return { text: error.message, exitCode: error.exitCode };
    if (error instanceof StepError) return { text: error.message, exitCode: 4 };
    throw error;
  }
}

export interface Told {
  /** Rules that are broken on purpose: said, and recorded. */
  readonly breakGlass?: BreakGlass | undefined;
  readonly say: (text: string) => void;
  readonly onEvent: (event: ReleaseEvent) => void;
}

export async function useTarget<Result>(run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices, { breakGlass, say, onEvent }: Told, work: (ready: DaggerRelease) => Promise<Result>): Promise<Result> {
  const { config, repository } = run;
  const settings = releaseSettingsOf(run.config);
  const { clients, clock, rehearsal, surroundings } = await openDaggerTarget(run, around, settings, choices);
  const { files } = run;
  const { allowOlder, inject, wait } = choices;
  try {
    return await work({
      config,
      settings,
      repository,
      engine: run.engine,
      clients,
      clock,
      ...(rehearsal === undefined ? {} : { rehearsal }),
      ...(surroundings === undefined ? {} : { surroundings }),
      inject,
      say,
      signal: new AbortController().signal,
      emit: emitAt(clock, onEvent),
      git: daggerGit(await run.images.pull("gitleaks"), files.history),
      read: async (path) => run.engine.tree.read(path),
      by: around.by,
      allowOlder,
      wait,
      ...(breakGlass === undefined ? {} : { breakGlass }),
      names: awsNames(config.project, settings),
    });
  } finally {
    clients.close();
  }
}

async function openDaggerTarget(run: DaggerRun, around: DaggerSurroundings, { region, rehearsal: { role } }: ReleaseSettings, { fresh, target }: ReleaseChoices): Promise<{ clients: AwsClients; clock: ReleaseClock; rehearsal?: NonNullable<DaggerRelease["rehearsal"]>; surroundings?: NonNullable<DaggerRelease["surroundings"]> }> {
  if (target === "aws") {
    await takeOnCredentials(around.aws, process.env);
    return { clients: awsClients({ region }, agent), clock: machineReleaseClock };
  }
  const service = await (await rehearsalOf(run, around, fresh)).start();
  const endpoint = await service.endpoint({ port: rehearsalPort, scheme: "http" });
  const users = await service.endpoint({ port: usersPort, scheme: "http" });
  // Its load balancer is behind doors of the service.
  const surroundings = { balancerAt: async (port: number): Promise<string> => service.endpoint({ port: doorOf(port), scheme: "http" }) };
  const clients = await rehearsalClients({ region, endpoint, role });
  return { clients, clock: await rehearsalReleaseClock(endpoint), rehearsal: { endpoint, users }, surroundings };
}

/** Of the role that releases there; of the operator where none is named. */
async function rehearsalClients({ role, ...target }: { readonly region: string; readonly endpoint: string; readonly role: string | undefined }): Promise<AwsClients> {
  const operator = awsClients(target, agent);
  if (role === undefined) return operator;
  try {
    return awsClients({ ...target, rehearsalKey: await roleSession(operator, role) }, agent);
  } finally {
    operator.close();
  }
}

/** What AWS's logs call the caller, beside the SDK's own words. */
const agent = "dagger";

/** Not started yet. The same service whenever it is asked for in one run. */
export async function rehearsalOf(run: DaggerRun, around: DaggerSurroundings, fresh: boolean): Promise<Service> {
  const { access, config, images, startedAt } = run;
  const settings = releaseSettingsOf(run.config);
  const { speed, world } = settings.rehearsal;
  const source = await treeWithWorld(run, settings.rehearsal);
  if (!(await source.exists(world))) throw new Error(`There is no ${world}, from which a rehearsal is made. Nothing was started. Synthesise it (cdktf synth), or name another in gitops.json: release.rehearsal.world.`);
  const template = (await run.engine.tree.read(settings.taskDefinition)) ?? "";
  return rehearsalService({ sources: around.rehearsal, world: { source, path: world }, secrets: askedOfSecrets(template, settings.secrets), hooks: hookCommands(settings, { root: hooksRoot, node: hooksNode }), project: config.project, speed, fresh, images, access, startedAt });
}

/** Whether this tree may go where it is to go; the rules that are broken on purpose. `gated`: the gates have judged it. Throws ReleaseError. */
export function requireMayShip({ config, repository }: Pick<DaggerRun, "config" | "repository">, { breakGlass, target }: ReleaseChoices, gated: boolean): BreakGlass | undefined {
  return target === "aws" ? requireReleasable({ repository, releaseBranch: config.releaseBranch, gated, ...(breakGlass === "" ? {} : { breakGlass }) }) : undefined;
}

/** What would stop a release to AWS whatever the gates say: told before they begin. Throws ReleaseError. */
export async function requireReleaseToBegin(run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices): Promise<void> {
  if (choices.target !== "aws") return;
  requireMayShip(run, choices, true);
  const { clients } = await openDaggerTarget(run, around, releaseSettingsOf(run.config), choices);
  try {
    await requireIdentity(clients, new AbortController().signal);
  } finally {
    clients.close();
  }
}

/** What the registry has of this commit already: that is what the gates judge. Whatever hinders it stops no gate, and the release that follows says it. */
export async function lookIntoRegistry(run: DaggerRun, around: DaggerSurroundings, choices: ReleaseChoices): Promise<RegisteredImages> {
  const { config, repository } = run;
  if (repository.dirty || choices.fresh) return new Map();
  try {
    const settings = releaseSettingsOf(config);
    const { clients } = await openDaggerTarget(run, around, settings, choices);
    try {
      return await registeredImages({ config, settings, repository, clients, note: (text) => { process.stdout.write(`${text}\n`); } });
    } finally {
      clients.close();
    }
  } catch {
    return new Map();
  }
}

/** A rehearsal comes up first: a release has to have something to go back to. */
export async function comeUp(ready: DaggerRelease): Promise<void> {
  if (ready.rehearsal !== undefined) await bringUp(ready, ready.clock);
}
