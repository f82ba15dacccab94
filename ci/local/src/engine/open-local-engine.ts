import { tmpdir } from "node:os";
import type { Clock } from "../../../../dagger/src/clock.ts";
import { type ImageName, isImageName } from "../../../../dagger/src/images/catalogue.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { collectHostSettings, type HostSettings } from "../../../images/src/host-settings.ts";
import { isImageError } from "../../../images/src/errors.ts";
import { hasImage, provideImage } from "../../../images/src/provide-image.ts";
import { provideReference } from "../../../images/src/provide-reference.ts";
import { CliError } from "../cli-error.ts";
import { cacheFolder } from "../container-engine/cache-folder.ts";
import type { ContainerCli } from "../container-engine/container-cli.ts";
import { isContainerEngineError } from "../container-engine/errors.ts";
import { findContainerEngine } from "../container-engine/find-engine.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { allDone } from "../run/all-done.ts";
import { makeRunFolder, type RunFolder } from "../run/run-folder.ts";
import { BuildRecords } from "./build-records.ts";
import { sweepContainers } from "./container-name.ts";
import type { HasImage, ProvideImage } from "./image-provider.ts";
import { LocalEngine } from "./local-engine.ts";
import { takeSnapshot } from "./source-snapshot.ts";
import { StepCache } from "./step-cache.ts";
import { sweepWork } from "./working-containers.ts";

export interface LocalEngineOptions {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Replacements for images of the catalogue. */
  readonly images: Readonly<Partial<Record<ImageName, string>>>;
  readonly wanted?: "docker" | "podman";
  readonly ask?: (question: string) => Promise<boolean>;
  readonly notify: (text: string) => void;
}

export interface OpenedEngine {
  readonly engine: LocalEngine;
  readonly cli: ContainerCli;
  readonly containers: ContainerEngine;
  /** Removes the run's temporary folder. */
  readonly close: () => Promise<void>;
}

/** Finds (or installs) a container engine, sweeps what a killed run left, and copies the tree. Throws CliError. */
export async function openLocalEngine(options: LocalEngineOptions): Promise<OpenedEngine> {
  const { env, signal, clock, newId } = options;
  const containers = await find(options);
  const folder = await makeFolder(newId());
  try {
    const cache = new StepCache(cacheFolder(env));
    const records = new BuildRecords(cacheFolder(env), containers);
    const [host, snapshot] = await allDone([
      collectHostSettings(env, options.root),
      takeSnapshot(options.root, folder.path, signal),
      sweep(containers, options),
      cache.prune(clock.now()),
    ]);
    const images = imageProvider(containers, { ...options, host });
    const engine = new LocalEngine({ containers, snapshot, cache, records, ...images, host, clock, newId, runFolder: folder.path });
    return {
      engine,
      cli: containers.cli,
      containers,
      close: async () => {
        await folder.remove();
        // Tidying: what fails here is tried again by the next run that builds.
        if (!signal.aborted) await records.prune(containers, clock.now()).catch(() => undefined);
      },
    };
  } catch (error) {
    await folder.remove();
    throw cannotStart(error, signal);
  }
}

/**
 * What runs that were killed have left. Never a reason not to start: Podman's
 * list of containers fails when one of them goes while it is made, and what
 * stays is swept by a later run.
 */
async function sweep(containers: ContainerEngine, { notify }: LocalEngineOptions): Promise<void> {
  const swept = (await sweepContainers(containers.cli).catch(() => 0)) + (await sweepWork(containers).catch(() => 0));
  if (swept > 0) notify(`removed ${String(swept)} ${swept === 1 ? "container" : "containers"} of a run that was killed`);
}

async function makeFolder(id: string): Promise<RunFolder> {
  try {
    return await makeRunFolder(id);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError("ENGINE", `The folder for temporary files, ${tmpdir()}, cannot be used: ${code === "ENOSPC" ? "the disk is full" : message}. Nothing was started.`, "Make room there, or name another one in TMPDIR, and run again.", error);
  }
}

function cannotStart(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof CliError) return error;
  if (error instanceof StepError || isContainerEngineError(error)) return new CliError("ENGINE", error.message, "", error);
  if ((error as NodeJS.ErrnoException).code === "ENOSPC") return new CliError("ENGINE", `The disk of ${tmpdir()} is full: the working tree could not be copied. No gate was started.`, "Make room there, or name another folder in TMPDIR, and run again.", error);
  return error;
}

async function find(options: LocalEngineOptions): Promise<ContainerEngine> {
  const { env, signal, notify, ask, wanted } = options;
  try {
    return await findContainerEngine({ env, signal, notify, wanted, ask, install: ask === undefined ? "yes" : "ask" });
  } catch (error) {
    if (isContainerEngineError(error)) throw new CliError("ENGINE", error.message, "", error);
    throw error;
  }
}

function imageProvider(containers: ContainerEngine, options: LocalEngineOptions & { host: HostSettings }): { provide: ProvideImage; has: HasImage } {
  const { host, env, notify } = options;
  const common = (signal: AbortSignal) => ({ containers, host, env, signal, notify });
  return {
    provide: async (image, signal) => {
      try {
        if (!isImageName(image)) return await provideReference(image, common(signal));
        return await provideImage(image, { ...common(signal), reference: options.images[image] });
      } catch (error) {
        if (isImageError(error)) throw new StepError("IMAGE_UNAVAILABLE", error.message, { cause: error });
        throw error;
      }
    },
    has: async (image, signal) => hasImage(image, { ...common(signal), reference: options.images[image] }),
  };
}
