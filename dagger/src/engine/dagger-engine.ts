import { dag, ImageLayerCompression, ImageMediaTypes, type Container, type Directory, type File, type Secret } from "@dagger.io/dagger";
import { getTracer } from "@dagger.io/dagger/telemetry";
import { z } from "zod";
import { explainBuild, explainDaggerError, explainStep } from "./dagger-error.ts";
import type { DaggerImages } from "./dagger-images.ts";
import type { BuiltImage, Engine, ImageBuild, Step, StepResult } from "./engine.ts";
import { StepError } from "./step-error.ts";
import { readStepRecord, stepResultPath, stepScript, stepScriptPath } from "./step-script.ts";

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
  /** Build secrets, by their id in a Dockerfile. */
  readonly buildSecrets: readonly Secret[];
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
  readonly #built = new Map<string, DaggerImage>();

  constructor(options: DaggerEngineOptions) {
    this.#options = options;
  }

  async run(step: Step, signal: AbortSignal): Promise<StepResult> {
    const { files, images } = this.#options;
    const { image } = step;
    const from = image.kind === "named" ? await unlessAborted(signal, async () => images.pull(image.name)) : await this.#target(image.build, signal);
    const { commands, outputs } = await unlessAborted(signal, async () => runStep(step, from, files));
    // Dagger does not tell whether it ran the container or knew the result, so neither do we.
    return { commands, outputs, cached: false, standIns: [] };
  }

  async build(build: ImageBuild, signal: AbortSignal): Promise<BuiltImage> {
    const container = await this.#target(build, signal);
    // Uncompressed: the size of the layers can be read off, and a push compresses them anyway.
    const tarball = container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed, mediaTypes: ImageMediaTypes.Docker });
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
    const { files, images, buildSecrets } = this.#options;
    const work = async (): Promise<Container> => {
      if (!(await files.tree.exists(dockerfile))) throw new StepError("SOURCE_UNREADABLE", `${dockerfile} does not exist, or Git ignores it: are path and dockerfile of services.${build.service} in gitops.json right?`);
      // Asked for beforehand, so that an image that cannot be had is told from a Dockerfile that is wrong.
      const bases = await Promise.all(Object.entries(build.baseImages).map(async ([name, image]) => ({ name, value: await images.reference(image) })));
      const container = files.tree.directory(build.context).dockerBuild({
        dockerfile: build.dockerfile,
        target: build.target,
        buildArgs: [...bases, ...(build.commit === undefined ? [] : [{ name: "COMMIT", value: build.commit }])],
        secrets: [...buildSecrets],
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

/** One container run of a step; for whoever has no Engine yet, too. Throws StepError. */
export async function runStep(step: Step, image: Container, files: DaggerFiles): Promise<Pick<StepResult, "commands" | "outputs"> & { container: Container }> {
  const prepared = withStep(step, image, files);
  try {
    const container = await getTracer().startActiveSpan(step.name, async () => prepared.withExec(["sh", stepScriptPath]).sync());
    const record = await readFolder(container.directory(stepResultPath));
    return { ...readStepRecord(step, record), container };
  } catch (error) {
    throw explainStep(error, step);
  }
}

function withStep(step: Step, image: Container, files: DaggerFiles): Container {
  const folders = [step.workdir, ...step.outputs.map((path) => path.slice(0, path.lastIndexOf("/")) || "/")];
  let container = image.withUser(root);
  for (const [name, value] of Object.entries(step.env)) container = container.withEnvVariable(name, value);
  if (step.freshness !== undefined) container = container.withEnvVariable("STEP_FRESHNESS", step.freshness);
  for (const [path, cache] of Object.entries(step.caches)) container = container.withMountedCache(path, dag.cacheVolume(`gitops-${cache}`));
  for (const [path, value] of Object.entries(step.secrets)) container = container.withMountedSecret(path, dag.setSecret(`${step.name} ${path}`, value), { owner: root, mode: 0o400 });
  for (const folder of new Set(folders)) if (folder !== "/") container = container.withDirectory(folder, dag.directory());
  for (const file of step.files) {
    if (file.from === "text") container = container.withNewFile(file.to, file.content);
    else container = container.withDirectory(file.to, file.from === "history" ? files.history : file.path === "." ? files.tree : files.tree.directory(file.path));
  }
  return container.withNewFile(stepScriptPath, stepScript(step));
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
