import type { Config } from "../config.ts";
import type { EmitRelease } from "../report/release-events.ts";
import type { Outcome, PreflightFinding } from "../report/release-schema.ts";
import { imageTag, type RepositoryState } from "../repository.ts";
import { Analysis } from "./analysis/analysis.ts";
import { usualSurroundings, type AnalysisSurroundings } from "./analysis/surroundings.ts";
import { apply } from "./apply.ts";
import type { AwsClients } from "./aws/clients.ts";
import type { BreakGlass } from "./git-decides.ts";
import type { GitLog } from "./git-log.ts";
import type { Have } from "./have.ts";
import { currentCommit, makePlan } from "./make-plan.ts";
import { observe } from "./observe/observe.ts";
import type { Plan } from "./plan.ts";
import { preflight, refuseUnready } from "./preflight/preflight.ts";
import type { PushedImage } from "./push/push-image.ts";
import type { ReleaseClock } from "./release-clock.ts";
import { ReleaseError } from "./release-error.ts";
import { awsNames, repositoryOf, type ReleaseSettings } from "./release-settings.ts";
import { makeTaskDefinition, type MadeTaskDefinition } from "./task-definition/make-task-definition.ts";
import { asPreflight } from "./task-definition/template-finding.ts";
import { readTemplateFiles } from "./task-definition/template-files.ts";
import type { Want } from "./want.ts";
import { watch } from "./watch/watch.ts";

export interface ReleaseRun {
  readonly config: Config;
  readonly settings: ReleaseSettings;
  readonly repository: RepositoryState;
  readonly clients: AwsClients;
  readonly clock: ReleaseClock;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  readonly git: GitLog;
  /** Reads a file of the repository; undefined when it is not there. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Whose release it is, for the history. */
  readonly by: string;
  readonly allowOlder: boolean;
  /** Wait for another deployment to end, instead of refusing. */
  readonly wait: boolean;
  /** Makes clients that ask for credentials anew, where those in hand may expire. */
  readonly renew?: () => Promise<AwsClients>;
  /** What checks of the release's own may use besides AWS; what is there when absent. */
  readonly surroundings?: Partial<AnalysisSurroundings>;
  /** Rules that were broken on purpose, and why: said with the plan, and recorded. */
  readonly breakGlass?: BreakGlass;
}

/** All that was looked at and decided; nothing has been changed yet. */
export interface Prepared {
  readonly have: Have;
  readonly want: Want;
  readonly plan: Plan;
  readonly findings: readonly PreflightFinding[];
}

/** How many ended deployments are looked at: the newest says how what runs was shifted. */
const lookedBackAt = 5;
/** First lines of commits that a plan names. */
const mostCommits = 10;

/**
 * Looks at what AWS has, and decides what is to be done. `pushed` are the images
 * of this run; without them those that the registry has for the commit. Changes
 * nothing. Throws ReleaseError when it cannot be done at all.
 */
export async function prepare(run: ReleaseRun, pushed: readonly PushedImage[] = []): Promise<Prepared> {
  if (run.repository.dirty && pushed.length === 0) throw unknownImages(run);
  const have = withPushed(await look(run), pushed);
  const made = await taskDefinition(run, have);
  const want = wantOf(run, made, have);
  const findings = preflight(want, have, made.warnings.map(asPreflight));
  run.emit({ kind: "checked", findings });
  const plan = await decide(run, want, have, made);
  run.emit({ kind: "planned", what: "release", commit: plan.commit, fromCommit: plan.fromCommit, changes: plan.changes, notes: plan.notes });
  return { have, want, plan, findings };
}

/** Images of a tree with changes are named for what is in them, too: nobody knows the names but the run that has built them. */
const unknownImages = ({ repository }: ReleaseRun): ReleaseError =>
  new ReleaseError("NOT_RELEASABLE", `The tree has changes on top of ${repository.commit.slice(0, 7)}, and only the run that builds their images knows what those are called. Nothing was changed.`, "Commit, then push and look again; or rehearse the tree as it is with `npm run pipeline`, under Dagger with `rehearse`.");

/** From images in the registry to users: everything that stands against it is told before anything is changed. Throws ReleaseError. */
export async function release(run: ReleaseRun, pushed: readonly PushedImage[] = []): Promise<Outcome> {
  const deploymentId = await inTurn(run, async () => begin(run, pushed));
  if (typeof deploymentId !== "string") return deploymentId;
  const analysis = new Analysis({ ...run, commit: run.repository.commit, surroundings: { ...usualSurroundings, ...run.surroundings } });
  return watch({ ...run, names: namesOf(run), deploymentId, analysis });
}

/** The deployment that began, or that runs already; an outcome where there is nothing to do. */
async function begin(run: ReleaseRun, pushed: readonly PushedImage[]): Promise<string | Outcome> {
  const { findings, plan, want } = await prepare(run, pushed);
  if (plan.actions.length === 0) return unchanged(run, want);
  // A deployment of ours that runs has split the traffic itself, and its alarm may fire: it is followed all the same.
  if (!plan.actions.every(({ kind }) => kind === "follow-deployment")) refuseUnready(findings);
  const { deploymentId } = await apply(plan, want, run);
  if (deploymentId === undefined) throw new Error("The plan has created no deployment.");
  return deploymentId;
}

/** With `wait`, again as soon as no other deployment runs; somebody else may be quicker, and is waited for too. */
async function inTurn<Result>(run: ReleaseRun, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!run.wait || !(error instanceof ReleaseError) || error.code !== "DEPLOYMENT_RUNS") throw error;
      const { running } = await look(run);
      if (running === undefined) continue;
      run.emit({ kind: "waiting-for-another", deploymentId: running.id });
      await watch({ ...run, names: namesOf(run), deploymentId: running.id, emit: () => undefined });
    }
  }
}

const namesOf = ({ config, settings }: ReleaseRun): Want["names"] => awsNames(config.project, settings);

async function look(run: ReleaseRun): Promise<Have> {
  const { clients, clock, config, settings, repository, signal } = run;
  const repositories = Object.fromEntries(Object.keys(config.services).map((service) => [service, repositoryOf(config.project, settings, service)]));
  return observe(clients, { names: namesOf(run), clock, repositories, tag: imageTag(repository), secrets: settings.secrets, ended: lookedBackAt, signal });
}

/** What this run has pushed is there, under whatever tag. */
const withPushed = (have: Have, pushed: readonly PushedImage[]): Have => ({
  ...have,
  images: Object.fromEntries(Object.entries(have.images).map(([service, image]) => [service, { ...image, digest: pushed.find((one) => one.service === service)?.digest ?? image.digest }])),
});

async function taskDefinition(run: ReleaseRun, have: Have): Promise<MadeTaskDefinition> {
  const { config, settings, repository, read } = run;
  return makeTaskDefinition({
    ...(await readTemplateFiles(settings, read)),
    project: config.project,
    names: namesOf(run),
    settings,
    account: have.account,
    region: have.region,
    commit: repository.commit,
    services: Object.keys(config.services),
    images: imagesOf(run, have),
    secrets: Object.fromEntries(Object.entries(have.secrets).map(([placeholder, secret]) => [placeholder, secret?.arn])),
  });
}

/** Service -> image by digest; undefined where the registry has none for the commit. */
function imagesOf({ config }: ReleaseRun, have: Have): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(config.services).map((service) => {
      const { repositoryUri, digest } = have.images[service] ?? {};
      return [service, repositoryUri === undefined || digest === undefined ? undefined : `${repositoryUri}@${digest}`];
    }),
  );
}

function wantOf(run: ReleaseRun, { body }: MadeTaskDefinition, have: Have): Want {
  const { config, settings, repository, by, breakGlass } = run;
  const images = Object.fromEntries(Object.entries(imagesOf(run, have)).flatMap(([service, image]) => (image === undefined ? [] : [[service, image]])));
  return { project: config.project, names: namesOf(run), settings, commit: repository.commit, tag: imageTag(repository), images, taskDefinition: body, by, ...(breakGlass === undefined ? {} : { breakGlass: breakGlass.reason }) };
}

async function decide(run: ReleaseRun, want: Want, have: Have, made: MadeTaskDefinition): Promise<Plan> {
  const { git, allowOlder, breakGlass } = run;
  const notes = breakGlass === undefined ? [] : [...breakGlass.rules, `Released all the same, and recorded, because: ${breakGlass.reason}`];
  const before = currentCommit(have);
  const isOther = before !== undefined && before !== want.commit;
  const [isAncestor, commits] = isOther ? await Promise.all([git.isAncestor(want.commit, before), git.between(before, want.commit, mostCommits)]) : [undefined, []];
  if (isOther && isAncestor === undefined && !allowOlder && run.clients.target.endpoint === undefined) {
    throw new ReleaseError("UNKNOWN_COMMIT", `Git cannot tell here whether ${want.commit.slice(0, 7)} is older than ${before.slice(0, 7)}, which runs. Nothing was changed.`, "Fetch the whole history (git fetch --unshallow); or say --allow-older if this commit is meant in any case.");
  }
  const plan = makePlan(want, have, { isAncestor, allowOlder });
  return { ...plan, notes: [...notes, ...made.notes, ...plan.notes, ...commits.map((commit) => `new: ${commit}`)] };
}

function unchanged({ emit, clock }: ReleaseRun, want: Want): Outcome {
  const now = new Date(clock.now()).toISOString();
  const outcome: Outcome = { kind: "unchanged", summary: `${want.commit.slice(0, 7)} runs already, with these images and this task definition.`, next: "", candidatePercent: 100, startedAt: now, endedAt: now };
  emit({ kind: "ended", outcome });
  return outcome;
}
