import type { BuiltImage, Engine, ImageBuild, Step } from "../engine/engine.ts";

/** An image that the registry has of the commit already, whoever built it. */
export interface RegisteredImage {
  /** `<host>/<repository>@sha256:…` */
  readonly reference: string;
  /** Of its config. */
  readonly imageId: string;
  /** Leaves it as a docker-archive at `archive`. */
  readonly fetch: Step;
  readonly archive: string;
}

/** Service -> its image. */
export type RegisteredImages = ReadonlyMap<string, RegisteredImage>;

/**
 * One commit is one image: where the registry has another image of the commit
 * than this run has built, that one is what is looked at. What this run has
 * built is still built, so that a Dockerfile that does not build is told.
 */
export function adoptingEngine(engine: Engine, registered: Promise<RegisteredImages>): Engine {
  const other = async (build: ImageBuild, fresh: BuiltImage): Promise<RegisteredImage | undefined> => {
    // Only what is released has a tag.
    const found = build.tag === undefined ? undefined : (await registered).get(build.service);
    return found?.imageId === fresh.imageId ? undefined : found;
  };
  const withFetched = async (step: Step, signal: AbortSignal): Promise<Step> => ({
    ...step,
    files: await Promise.all(
      step.files.map(async (files): Promise<Step["files"][number]> => {
        if (files.from !== "image") return files;
        const found = await other(files.build, await engine.build(files.build, signal));
        return found === undefined ? files : { from: "step", step: found.fetch, path: found.archive, identity: found.imageId, to: files.to };
      }),
    ),
  });
  return {
    description: engine.description,
    tree: engine.tree,
    has: async (name, signal) => engine.has(name, signal),
    startAhead: async (services, before, signal) => engine.startAhead(services, before, signal),
    build: async (build, signal) => {
      const fresh = await engine.build(build, signal);
      const found = await other(build, fresh);
      // Its size is known of what was built only: the same commit, and so about the same.
      return found === undefined ? fresh : { ...fresh, reference: found.reference, imageId: found.imageId, insteadOf: fresh.imageId };
    },
    run: async (step, signal) => engine.run(await withFetched(step, signal), signal),
    forget: async (step, signal) => engine.forget(await withFetched(step, signal), signal),
  };
}
