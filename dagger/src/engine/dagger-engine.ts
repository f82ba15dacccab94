import { dag, ExistsType, ImageLayerCompression, ImageMediaTypes, type Container, type Directory, type File } from "@dagger.io/dagger";
import { getTracer } from "@dagger.io/dagger/telemetry";
import { z } from "zod";
import { withToolAccess, type DaggerAccess } from "./dagger-access.ts";
import { explainBuild, explainDaggerError, explainStep } from "./dagger-error.ts";
import type { DaggerImages } from "./dagger-images.ts";
import { DaggerServices } from "./dagger-services.ts";
import type { ImageName } from "../images/catalogue.ts";
import type { BuiltImage, Engine, ImageBuild, SourceTree, Step, StepResult, StepService } from "./engine.ts";
import { StepError } from "./step-error.ts";
import { mayBeKept, readStepRecord, stepResultPath, stepScript, stepScriptPath, type StepRun } from "./step-script.ts";

/** What steps and builds are made of, as Dagger has it. */
export interface DaggerFiles {
  /** Tracked and untracked files, without what Git ignores and without .git. */
  readonly tree: Directory;
  /** A Git directory with the whole history. */
  readonly history: Directory;
}

export interface DaggerEngineOptions {
  readonly files: DaggerFiles;
  readonly images: DaggerImages;
  /** What builds, and steps that use the network, need of the machine to reach registries. */
  readonly access: DaggerAccess;
  /** When the run began, milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What the build of a service left, for whoever goes on with the image itself. */
export interface DaggerImage {
  readonly container: Container;
  /** docker-archive, layers uncompressed. */
  readonly tarball: File;
}

const root = "0:0";

/** Steps and builds on Dagger, which schedules, deduplicates and caches them. */
export class DaggerEngine implements Engine {
  readonly description = "Dagger";
  readonly #options: DaggerEngineOptions;
  readonly tree: SourceTree;
  readonly #services: DaggerServices;
  readonly #built = new Map<string, DaggerImage>();

  constructor(options: DaggerEngineOptions) {
    this.#options = options;
    this.#services = new DaggerServices(options.images);
    const { tree } = options.files;
    this.tree = {
      find: async (fileName) => (await tree.glob(`**/${fileName}`)).toSorted(),
      read: async (path) => ((await tree.exists(path)) ? tree.file(path).contents() : undefined),
    };
  }

  async run(step: Step, signal: AbortSignal): Promise<StepResult> {
    const { files, images, access, startedAt } = this.#options;
    const { image } = step;
    const from = image.kind === "named" ? await unlessAborted(signal, async () => images.pull(image.name)) : await this.#target(image.build, signal);
    const archives = new Map(await Promise.all(step.files.flatMap((file) => (file.from === "image" ? [file.build] : [])).map(async (build) => [build, archiveOf(await this.#target(build, signal))] as const)));
    const left = new Map(await Promise.all(step.files.flatMap((file) => (file.from === "step" ? [file] : [])).map(async (file) => [file.to, await this.#leftBy(file, signal)] as const)));
    // What began before this run is from the cache; its script has written down when.
    const isCached = (run: StepRun): boolean => run.startedAt !== undefined && run.startedAt < startedAt - 1000;
    const runOnce = async (asked: Step): Promise<StepRun> => unlessAborted(signal, async () => runStep(asked, await this.#services.bind(step.services ?? [], from), { ...files, archives, left, access }));
    const first = await runOnce(step);
    // Dagger keeps whatever ended with 0, and its script did.
    const run = isCached(first) && !mayBeKept(step, first.commands) ? await runOnce({ ...step, freshness: `${step.freshness ?? ""} ${String(startedAt)}` }) : first;
    return { commands: run.commands, outputs: run.outputs, cached: isCached(run), standIns: [] };
  }

  async #leftBy({ path, step }: { readonly step: Step; readonly path: string }, signal: AbortSignal): Promise<File> {
    return (await this.after(step, signal)).container.file(path);
  }

  /** The container that a step leaves, for a folder that is too much to be read as text. Throws StepError. */
  async after(step: Step, signal: AbortSignal): Promise<StepRun & { readonly container: Container }> {
    const { files, images, access } = this.#options;
    const { image } = step;
    const from = image.kind === "named" ? await unlessAborted(signal, async () => images.pull(image.name)) : await this.#target(image.build, signal);
    return unlessAborted(signal, async () => runStep(step, from, { ...files, access }));
  }

  async has(name: ImageName, signal: AbortSignal): Promise<boolean> {
    return unlessAborted(signal, async () => this.#options.images.pull(name).then(() => true, (error: unknown) => {
      if (error instanceof StepError && error.code === "IMAGE_UNAVAILABLE") return false;
      throw error;
    }));
  }

  /** Dagger decides by itself what runs again: an engine whose cache holds a spoilt result is pruned by its owner. */
  async forget(): Promise<void> {
    await Promise.resolve();
  }

  async startAhead(services: readonly StepService[], before: readonly Step[], signal: AbortSignal): Promise<"started" | "not started"> {
    const { files, startedAt } = this.#options;
    try {
      return await unlessAborted(signal, async () => this.#services.startAhead(services, before, files.tree, startedAt));
    } catch {
      return "not started";
    }
  }

  async build(build: ImageBuild, signal: AbortSignal): Promise<BuiltImage> {
    const container = await this.#target(build, signal);
    const tarball = archiveOf(container);
    const facts = await unlessAborted(signal, async () => readTarball(tarball, build));
    this.#built.set(build.service, { container, tarball });
    return { service: build.service, reference: build.tag ?? `${build.service}:${build.target}`, ...facts, standIns: [], cached: false };
  }

  /** The image that `build` made for a service; undefined when it did not. */
  built(service: string): DaggerImage | undefined {
    return this.#built.get(service);
  }

  async #target(build: ImageBuild, signal: AbortSignal): Promise<Container> {
    const dockerfile = `${build.context}/${build.dockerfile}`;
    const { files, images, access } = this.#options;
    const work = async (): Promise<Container> => {
      if (!(await files.tree.exists(dockerfile))) throw new StepError("SOURCE_UNREADABLE", `${dockerfile} does not exist, or Git ignores it: are path and dockerfile of services.${build.service} in gitops.json right?`);
      // Asked for beforehand, so that an image that cannot be had is told from a Dockerfile that is wrong.
      const bases = await Promise.all(Object.entries(build.baseImages).map(async ([name, image]) => ({ name, value: await images.reference(image) })));
      const container = files.tree.directory(build.context).dockerBuild({
        dockerfile: build.dockerfile,
        target: build.target,
        buildArgs: [...bases, ...(build.commit === undefined ? [] : [{ name: "COMMIT", value: build.commit }])],
        secrets: [access.ca, access.npmrc, access.pip].filter((secret) => secret !== undefined),
      });
      return getTracer().startActiveSpan(`${dockerfile} ${build.target}`, async () => container.sync());
    };
    try {
      return await unlessAborted(signal, work, { ms: build.timeoutMs, what: `The build of ${dockerfile} (${build.target})` });
    } catch (error) {
      throw explainBuild(error, build);
    }
  }
}

/** Uncompressed: the size of the layers can be read off, and a push compresses them anyway. */
const archiveOf = (container: Container): File => container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed, mediaTypes: ImageMediaTypes.Docker });

/** What a step's files are taken from. */
export interface StepMaterial extends DaggerFiles {
  readonly archives?: ReadonlyMap<ImageBuild, File>;
  /** Of other steps: path in the container -> what is to be there. */
  readonly left?: ReadonlyMap<string, File>;
  readonly access?: DaggerAccess;
}

/** One container run of a step; for whoever has no Engine yet, too. Throws StepError. */
export async function runStep(step: Step, image: Container, material: StepMaterial): Promise<StepRun & { container: Container }> {
  const prepared = await withStep(step, image, material);
  try {
    const container = await getTracer().startActiveSpan(step.name, async () => prepared.withExec(["sh", stepScriptPath]).sync());
    const record = await readFolder(container.directory(stepResultPath));
    return { ...readStepRecord(step, record), container };
  } catch (error) {
    throw explainStep(error, step);
  }
}

async function withStep(step: Step, image: Container, material: StepMaterial): Promise<Container> {
  const folders = [step.workdir, ...step.outputs.map((path) => path.slice(0, path.lastIndexOf("/")) || "/")];
  let container = image.withUser(root);
  if (step.network === "registries") container = withToolAccess(container, material.access ?? {});
  for (const [name, value] of Object.entries(step.env)) container = container.withEnvVariable(name, value);
  if (step.freshness !== undefined) container = container.withEnvVariable("STEP_FRESHNESS", step.freshness);
  for (const [path, cache] of Object.entries(step.caches)) container = container.withMountedCache(path, dag.cacheVolume(`gitops-${cache}`));
  for (const [path, value] of Object.entries(step.secrets)) container = container.withMountedSecret(path, dag.setSecret(`${step.name} ${path}`, value), { owner: root, mode: 0o400 });
  for (const folder of new Set(folders)) if (folder !== "/") container = container.withDirectory(folder, dag.directory());
  for (const file of step.files) container = await withFiles(container, file, material);
  return container.withNewFile(stepScriptPath, stepScript(step));
}

async function withFiles(container: Container, file: Step["files"][number], { tree, history, archives, left }: StepMaterial): Promise<Container> {
  switch (file.from) {
    case "text":
      return container.withNewFile(file.to, file.content);
    case "history":
      return container.withDirectory(file.to, history);
    case "tree":
      if (file.path === ".") return container.withDirectory(file.to, tree);
      return (await tree.exists(file.path, { expectedType: ExistsType.RegularType })) ? container.withFile(file.to, tree.file(file.path)) : container.withDirectory(file.to, tree.directory(file.path));
    case "image": {
      const archive = archives?.get(file.build);
      if (archive === undefined) throw new Error(`the image of ${file.build.service} was not built for this step`);
      return container.withFile(file.to, archive);
    }
    case "step": {
      const made = left?.get(file.to);
      if (made === undefined) throw new Error(`nobody has made ${file.to} for this step`);
      return container.withFile(file.to, made);
    }
    case "machine":
      throw new StepError("SOURCE_UNREADABLE", `${file.path} is a folder of the machine, which does not come along to Dagger. Name a folder of the repository or an image repository in gitops.json, or use npm run pipeline.`);
  }
}

async function readFolder(folder: Directory): Promise<Map<string, string>> {
  const names = await folder.entries();
  return new Map(await Promise.all(names.map(async (name) => [name, await folder.file(name).contents()] as const)));
}

const manifestSchema = z.tuple([z.object({ Config: z.string().regex(/^blobs\/sha256\/[0-9a-f]{64}$/), Layers: z.array(z.string()).min(1) })]);

/** Image id and size, from the archive itself. */
async function readTarball(tarball: File, build: ImageBuild): Promise<{ imageId: string; sizeBytes: number }> {
  try {
    // ADD unpacks an archive without any program in any image.
    const archive = dag.directory().withFile("image.tar", tarball).withNewFile("Dockerfile", "FROM scratch\nADD image.tar /\n").dockerBuild().rootfs();
    const [{ Config, Layers }] = manifestSchema.parse(JSON.parse(await archive.file("manifest.json").contents()));
    const sizes = await Promise.all([...new Set(Layers)].map(async (layer) => archive.file(layer).size()));
    return { imageId: `sha256:${Config.slice("blobs/sha256/".length)}`, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
  } catch (error) {
    throw explainDaggerError(error, `Reading the image of ${build.service}`);
  }
}

/**
 * Waits for work until the run is cancelled or its time is over. Dagger cannot
 * stop one call of a session: what nobody waits for ends with the session.
 */
async function unlessAborted<Result>(signal: AbortSignal, work: () => Promise<Result>, limit?: { ms: number; what: string }): Promise<Result> {
  const timeout = limit === undefined ? undefined : AbortSignal.timeout(limit.ms);
  const ends = timeout === undefined ? signal : AbortSignal.any([signal, timeout]);
  const cancelled = (): StepError =>
    signal.aborted || limit === undefined ? new StepError("CANCELLED", "Cancelled.") : new StepError("TIMED_OUT", `${limit.what} was given up after ${String(Math.round(limit.ms / 1000))} s.`);
  if (ends.aborted) throw cancelled();
  return new Promise<Result>((resolve, reject) => {
    const abort = (): void => { reject(cancelled()); };
    ends.addEventListener("abort", abort, { once: true });
    work().then(resolve, reject).finally(() => { ends.removeEventListener("abort", abort); });
  });
}
