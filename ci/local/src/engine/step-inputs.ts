import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { BaseImage, ImageBuild, Step } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { allDone } from "../run/all-done.ts";
import type { BuiltTarget, ImageBuilder } from "./image-builder.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { digest } from "./source-snapshot.ts";

/** Raise it when the same key would now give another result. */
const cacheVersion = 2;

/** What has to be there before a step runs: its image, the images that it looks at, those that stand beside it. */
export interface StepInputs {
  readonly image: Pick<BuiltTarget, "reference" | "imageId" | "standIns">;
  readonly images: ReadonlyMap<ImageBuild, BuiltTarget>;
  /** Of the services, in their order. */
  readonly serviceImages: readonly StepInputs["image"][];
  /** Hash of what is taken from this machine. */
  readonly machine: string;
}

export async function stepInputs(step: Step, parts: LocalEngineParts, builder: ImageBuilder, signal: AbortSignal): Promise<StepInputs> {
  const builds = buildsIn(step);
  const [image, images, serviceImages, machine] = await allDone([
    imageOf(step, parts, builder, signal),
    allDone(builds.map(async (build) => [build, await builder.build(build, signal)] as const)),
    allDone((step.services ?? []).map(async (service) => named(service.image, parts, signal))),
    hashOfMachine(step),
  ]);
  return { image, images: new Map(images), serviceImages, machine };
}

/** Whether all builds that a step needs are there already. */
export async function areBuilt(step: Step, builder: ImageBuilder, signal: AbortSignal): Promise<boolean> {
  const builds = [...(step.image.kind === "build" ? [step.image.build] : []), ...buildsIn(step)];
  return (await allDone(builds.map(async (build) => builder.known(build, signal)))).every((imageId) => imageId !== undefined);
}

const buildsIn = (step: Step): ImageBuild[] => step.files.flatMap((files) => (files.from === "image" ? [files.build] : []));

async function imageOf({ image }: Step, parts: LocalEngineParts, builder: ImageBuilder, signal: AbortSignal): Promise<StepInputs["image"]> {
  if (image.kind === "build") return builder.build(image.build, signal);
  return named(image.name, parts, signal);
}

async function named(name: BaseImage, parts: LocalEngineParts, signal: AbortSignal): Promise<StepInputs["image"]> {
  const provided = await parts.provide(name, signal);
  return { ...provided, standIns: provided.standIn ? [provided.reference] : [] };
}

/** Everything that goes in; limits and secrets do not change a result that came to its end. */
export function stepKey(step: Step, inputs: StepInputs, parts: LocalEngineParts): string {
  return digest([
    cacheVersion,
    inputs.image.imageId,
    step.workdir,
    step.commands,
    Object.entries(step.env).toSorted(),
    step.files.map((files) => {
      switch (files.from) {
        case "tree":
          return [files, parts.snapshot.hashOf(files.path)];
        case "history":
          return [files, parts.snapshot.historyHash];
        case "image":
          return [files.from, files.to, inputs.images.get(files.build)?.imageId];
        case "step":
          return [files.from, files.to, files.identity];
        case "machine":
        case "text":
          return [files];
      }
    }),
    inputs.machine,
    (step.services ?? []).map((service, index) => [service.name, service.argv ?? [], Object.entries(service.env).toSorted(), service.port, inputs.serviceImages[index]?.imageId]),
    Object.entries(step.caches).toSorted(),
    step.outputs,
    step.network,
    step.freshness ?? "",
  ]);
}

/** By names, sizes and times: such a folder or file may hold a gigabyte. */
async function hashOfMachine(step: Step): Promise<string> {
  const paths = step.files.flatMap((files) => (files.from === "machine" ? [files.path] : []));
  return digest(await allDone(paths.map(listFiles)));
}

async function listFiles(path: string): Promise<(readonly [string, number, number])[]> {
  try {
    const isFile = (await stat(path)).isFile();
    const files = isFile ? [path] : (await readdir(path, { recursive: true, withFileTypes: true })).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const listed = await allDone(files.toSorted().map(async (file) => stat(file).then(({ size, mtimeMs }) => [relative(path, file), size, mtimeMs] as const)));
    if (listed.length === 0) throw new StepError("SOURCE_UNREADABLE", `${path} holds no file: is the path in gitops.json right?`);
    return listed;
  } catch (error) {
    if (error instanceof StepError) throw error;
    throw new StepError("SOURCE_UNREADABLE", `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}): is the path in gitops.json right?`, { cause: error });
  }
}
