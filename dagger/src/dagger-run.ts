import { dag, type Directory, type Secret } from "@dagger.io/dagger";
import { systemClock } from "./clock.ts";
import { parseConfig, type Config } from "./config.ts";
import type { DaggerAccess } from "./engine/dagger-access.ts";
import { DaggerEngine, type DaggerFiles } from "./engine/dagger-engine.ts";
import { DaggerImages } from "./engine/dagger-images.ts";
import { baselineSource, readSource } from "./engine/dagger-source.ts";
import { allowListPath, parseAllowList, type AllowList } from "./gates/allow-list.ts";
import type { SonarAccess } from "./gates/gate.ts";
import { adoptingEngine, type RegisteredImages } from "./images/adopting-engine.ts";
import { imageNames, isImageName, type ImageName } from "./images/catalogue.ts";
import { runPipeline, type PipelineOptions, type PipelineResult } from "./pipeline.ts";
import type { AwsCredentials } from "./release/aws/take-on-credentials.ts";
import type { ReleaseEvent } from "./report/release-events.ts";
import { gateNames, type GateName, type Target } from "./report/schema.ts";
import type { RepositoryState } from "./repository.ts";

/** A run of the pipeline on Dagger, from the uploaded source to the result. */

export interface DaggerSurroundings {
  /** `name=reference` each. */
  readonly images: readonly string[];
  readonly ca: Secret | undefined;
  readonly npmrc: Secret | undefined;
  readonly pip: Secret | undefined;
  /** Of a SonarQube server or SonarCloud; without it the pipeline brings a server. */
  readonly sonarToken: Secret | undefined;
  /** "": gitops.json says. */
  readonly sonarHost: string;
  /** Sources of the rehearsal. */
  readonly rehearsal: Directory;
  readonly aws: AwsCredentials;
  /** "": gitops.json says. */
  readonly awsRegion: string;
  /** Whose releases these are, for the history. */
  readonly by: string;
  readonly notify: {
    /** Addresses that whoever has them may post to. */
    readonly slackWebhook: Secret | undefined;
    readonly releaseWebhook: Secret | undefined;
    /** Of the run, at the CI server; "" where there is none. */
    readonly link: string;
  };
}

export interface DaggerRun {
  readonly startedAt: number;
  readonly config: Config;
  readonly repository: RepositoryState;
  readonly allowList: AllowList;
  readonly engine: DaggerEngine;
  readonly sonar?: SonarAccess;
  /** As it was uploaded, with what Git ignores. */
  readonly source: Directory;
  readonly files: DaggerFiles;
  readonly images: DaggerImages;
  readonly access: DaggerAccess;
}

export type RunChoices = Pick<PipelineOptions, "only" | "target" | "failFast" | "mode"> & {
  /** Commits that are tried, in this order, for what was there before; every finding counts when absent. */
  readonly newSince?: readonly string[];
};

export interface GatesAndRelease extends PipelineResult {
  readonly releaseEvents?: readonly ReleaseEvent[];
}

/** What comes before and after the gates; after those of a pull request, nothing does. */
export interface AroundGates {
  /** What the registry has of this commit already; never rejects. */
  readonly registered: (run: DaggerRun) => Promise<RegisteredImages>;
  readonly before: (run: DaggerRun) => Promise<void>;
  readonly after: (run: DaggerRun, result: PipelineResult) => Promise<GatesAndRelease>;
}

const nothingElse: AroundGates = { registered: async () => Promise.resolve(new Map()), before: async () => Promise.resolve(), after: async (_run, result) => Promise.resolve(result) };

/** Throws what is wrong with the source, gitops.json or the allow list, in a sentence. */
export async function openDaggerRun(source: Directory, around: DaggerSurroundings): Promise<DaggerRun> {
  const startedAt = systemClock.now();
  const overrides = parseImages(around.images);
  const config = inRegion(parseConfig(await readIfThere(source, "gitops.json")), around.awsRegion);
  const allowList = parseAllowList(await readIfThere(source, allowListPath));
  const images = new DaggerImages({ ...config.images, ...overrides });
  const { repository, ...files } = await readSource(source, async () => images.pull("gitleaks"));
  const access = await namedSecrets(around);
  const engine = new DaggerEngine({ files, images, access, startedAt });
  const { sonarToken, sonarHost } = around;
  const token = (await sonarToken?.plaintext()) ?? "";
  const sonar = token === "" ? undefined : { token, ...(sonarHost === "" ? {} : { host: sonarHost }) };
  return { startedAt, config, repository, allowList, engine, source, files, images, access, ...(sonar === undefined ? {} : { sonar }) };
}

export async function runGates(source: Directory, around: DaggerSurroundings, { newSince, ...choices }: RunChoices, onEvent: PipelineOptions["onEvent"], { before, registered, after }: AroundGates = nothingElse): Promise<GatesAndRelease & { readonly run: DaggerRun }> {
  const run = await openDaggerRun(source, around);
  await before(run);
  const judge = async (opened: DaggerRun, more: Partial<PipelineOptions>): Promise<PipelineResult> =>
    // A session that is ended takes this process with it: there is nothing to cancel by.
    runPipeline({ ...opened, ...choices, clock: systemClock, signal: new AbortController().signal, onEvent, ...more });
  if (newSince === undefined) return { ...(await after(run, await judge(run, { engine: adoptingEngine(run.engine, registered(run)) }))), run };
  const names = newSince.length > 0 ? newSince : [`origin/${run.config.releaseBranch}`, run.config.releaseBranch];
  const images = new DaggerImages({ ...run.config.images, ...parseImages(around.images) });
  const earlier = await openDaggerRun(await baselineSource(source, names, async () => images.pull("gitleaks")), around);
  // A given server keeps the history of a project, and an older commit is not to be its newest analysis.
  const only = run.sonar === undefined ? choices.only : choices.only.filter((gate) => gate !== "code-quality");
  const baseline = (await judge(earlier, { only, failFast: false, onEvent: () => undefined })).report;
  return { ...(await judge(run, { baseline })), run };
}

/** A CI server may know better than gitops.json where this environment is. */
function inRegion(config: Config, region: string): Config {
  if (region === "" || config.release === undefined) return config;
  if (!isRegion(region)) throw new Error(`"${region}" is no region of AWS. Nothing was started. Give --aws-region one such as eu-west-1, or leave it out: gitops.json has release.region.`);
  return { ...config, release: { ...config.release, region } };
}

const isRegion = (name: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d$/.test(name);

async function readIfThere(source: Directory, path: string): Promise<string | undefined> {
  return (await source.exists(path)) ? source.file(path).contents() : undefined;
}

/** By the ids that Dockerfiles use. A secret from the command line has no name of its own. */
async function namedSecrets({ ca, npmrc, pip }: DaggerSurroundings): Promise<DaggerAccess> {
  const named = async (id: string, secret: Secret | undefined): Promise<Record<string, Secret>> => (secret === undefined ? {} : { [id]: dag.setSecret(id, await secret.plaintext()) });
  return { ...(await named("ca", ca)), ...(await named("npmrc", npmrc)), ...(await named("pip", pip)) };
}

export function parseImages(images: readonly string[]): Partial<Record<ImageName, string>> {
  return Object.fromEntries(
    images.map((image) => {
      const [name = "", reference = ""] = image.split(/=(.*)/s);
      if (!isImageName(name)) throw new Error(`There is no image "${name}" to replace. Nothing was started. The images are ${imageNames.join(", ")}; write name=reference.`);
      if (!/^[a-z0-9.-]+(:\d+)?\/\S+$/.test(reference)) throw new Error(`"${reference}" is not a full image reference. Nothing was started. Write one such as registry.example/team/node:24.`);
      return [name, reference];
    }),
  );
}

/** The arguments of a function as the pipeline takes them. Throws what is wrong with them, in a sentence. */
export function parseChoices(given: { only: readonly string[]; skip: readonly string[]; mode: string; target: string; failFast: boolean; newOnly: boolean; base: string }): RunChoices {
  const unknown = [...given.only, ...given.skip].filter((name) => !isGateName(name));
  if (unknown.length > 0) throw new Error(`There is no gate ${unknown.join(", ")}. Nothing was started. The gates are ${gateNames.join(", ")}.`);
  const only = gateNames.filter((name) => (given.only.length === 0 || given.only.includes(name)) && !given.skip.includes(name));
  if (only.length === 0) throw new Error("--only and --skip leave no gate to run. Nothing was started. Leave one of them out.");
  const { mode, target } = given;
  if (mode !== "" && mode !== "block" && mode !== "report") throw new Error(`There is no mode "${mode}". Nothing was started. The modes are block and report.`);
  if (!isTarget(target)) throw new Error(`There is no target "${target}". Nothing was started. The targets are rehearsal and aws.`);
  if (mode === "report" && target === "aws") throw new Error("--mode report is for rehearsals: for AWS, the modes are what gitops.json says, where they can be reviewed. Nothing was started. Leave one of the two out.");
  if (given.newOnly && target === "aws") throw new Error("--new-only is for pull requests: AWS takes only what every gate has passed. Nothing was started. Leave one of the two out.");
  if (given.base !== "" && !given.newOnly) throw new Error("--base says what --new-only compares with, and that was not given. Nothing was started. Add --new-only, or leave --base out.");
  return { only, target, failFast: given.failFast, ...(mode === "" ? {} : { mode }), ...(given.newOnly ? { newSince: given.base === "" ? [] : [given.base] } : {}) };
}

const isGateName = (name: string): name is GateName => (gateNames as readonly string[]).includes(name);
const isTarget = (name: string): name is Target => name === "rehearsal" || name === "aws";
