import { dag, type Directory, type Secret } from "@dagger.io/dagger";
import { systemClock } from "./clock.ts";
import { parseConfig, type Config } from "./config.ts";
import { DaggerEngine } from "./engine/dagger-engine.ts";
import { DaggerImages } from "./engine/dagger-images.ts";
import { readSource } from "./engine/dagger-source.ts";
import { allowListPath, parseAllowList, type AllowList } from "./gates/allow-list.ts";
import { imageNames, isImageName, type ImageName } from "./images/catalogue.ts";
import { runPipeline, type PipelineOptions, type PipelineResult } from "./pipeline.ts";
import { gateNames, type GateName, type Target } from "./report/schema.ts";
import type { RepositoryState } from "./repository.ts";

/** A run of the pipeline on Dagger, from the uploaded source to the result. */

export interface DaggerSurroundings {
  /** `name=reference` each. */
  readonly images: readonly string[];
  readonly ca: Secret | undefined;
  readonly npmrc: Secret | undefined;
}

export interface DaggerRun {
  readonly startedAt: number;
  readonly config: Config;
  readonly repository: RepositoryState;
  readonly allowList: AllowList;
  readonly engine: DaggerEngine;
}

export type RunChoices = Pick<PipelineOptions, "only" | "target" | "failFast" | "mode">;

/** Throws what is wrong with the source, gitops.json or the allow list, in a sentence. */
export async function openDaggerRun(source: Directory, around: DaggerSurroundings): Promise<DaggerRun> {
  const startedAt = systemClock.now();
  const overrides = parseImages(around.images);
  const config = parseConfig(await readIfThere(source, "gitops.json"));
  const allowList = parseAllowList(await readIfThere(source, allowListPath));
  const images = new DaggerImages({ ...config.images, ...overrides });
  const { repository, ...files } = await readSource(source, async () => images.pull("gitleaks"));
  const engine = new DaggerEngine({ files, images, buildSecrets: await buildSecrets(around) });
  return { startedAt, config, repository, allowList, engine };
}

export async function runGates(run: DaggerRun, choices: RunChoices, onEvent: PipelineOptions["onEvent"]): Promise<PipelineResult> {
  // A session that is ended takes this process with it: there is nothing to cancel by.
  return runPipeline({ ...run, ...choices, clock: systemClock, signal: new AbortController().signal, onEvent });
}

async function readIfThere(source: Directory, path: string): Promise<string | undefined> {
  return (await source.exists(path)) ? source.file(path).contents() : undefined;
}

/** By the ids that Dockerfiles use. A secret from the command line has no name of its own. */
async function buildSecrets({ ca, npmrc }: DaggerSurroundings): Promise<Secret[]> {
  const given = Object.entries({ ca, npmrc }).flatMap(([id, secret]) => (secret === undefined ? [] : [{ id, secret }]));
  return Promise.all(given.map(async ({ id, secret }) => dag.setSecret(id, await secret.plaintext())));
}

function parseImages(images: readonly string[]): Partial<Record<ImageName, string>> {
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
export function parseChoices(given: { only: readonly string[]; skip: readonly string[]; mode: string; target: string; failFast: boolean }): RunChoices {
  const unknown = [...given.only, ...given.skip].filter((name) => !isGateName(name));
  if (unknown.length > 0) throw new Error(`There is no gate ${unknown.join(", ")}. Nothing was started. The gates are ${gateNames.join(", ")}.`);
  const only = gateNames.filter((name) => (given.only.length === 0 || given.only.includes(name)) && !given.skip.includes(name));
  if (only.length === 0) throw new Error("--only and --skip leave no gate to run. Nothing was started. Leave one of them out.");
  const { mode, target } = given;
  if (mode !== "" && mode !== "block" && mode !== "report") throw new Error(`There is no mode "${mode}". Nothing was started. The modes are block and report.`);
  if (!isTarget(target)) throw new Error(`There is no target "${target}". Nothing was started. The targets are rehearsal and aws.`);
  if (mode === "report" && target === "aws") throw new Error("--mode report is for rehearsals: for AWS, the modes are what gitops.json says, where they can be reviewed. Nothing was started. Leave one of the two out.");
  return { only, target, failFast: given.failFast, ...(mode === "" ? {} : { mode }) };
}

const isGateName = (name: string): name is GateName => (gateNames as readonly string[]).includes(name);
const isTarget = (name: string): name is Target => name === "rehearsal" || name === "aws";
