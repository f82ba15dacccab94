import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pLimit, { type LimitFunction } from "p-limit";
import type { ImageBuild } from "../../../../dagger/src/engine/engine.ts";
import { explainBuildLog } from "../../../../dagger/src/engine/build-failure.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { tail } from "../../../../dagger/src/engine/step-script.ts";
import { isContainerEngineError } from "../container-engine/errors.ts";
import { buildAccess } from "./host-access.ts";
import type { ProvidedImage } from "./image-provider.ts";
import type { LocalEngineParts } from "./local-engine-parts.ts";
import { digest, refuseLinksOutOf } from "./source-snapshot.ts";
import { buildMark, removeWorkOf } from "./working-containers.ts";

export interface BuiltTarget {
  readonly reference: string;
  readonly imageId: string;
  readonly sizeBytes: number;
  readonly standIns: readonly string[];
  readonly cached: boolean;
}

/** A FROM that names an image itself, and the engine cannot get it. */
const pullTrouble = /initializing source docker:\/\/|^ > \[internal\] load metadata for |failed to resolve source metadata|pull access denied|manifest (for \S+ )?(unknown|not found)|short-name .* did not resolve|error getting credentials/im;
/** Podman's words for an image or a working container that went while it looked at it; no fault of the Dockerfile. */
const disturbed = /layer not known|image not known|identifier is not a container/i;
/** Podman names each image of a stage as it makes or reuses it; its short form has eleven digits. */
const layerLine = /^--> (?:Using cache )?([0-9a-f]{11,64})$/;

/** Builds targets of Dockerfiles, each once: the tag is the hash of all that goes in. */
export class ImageBuilder {
  readonly #parts: LocalEngineParts;
  readonly #limit: LimitFunction;
  readonly #running = new Map<string, Promise<BuiltTarget>>();
  /** Targets of one Dockerfile share stages: built side by side, they would be built twice. */
  readonly #turns = new Map<string, LimitFunction>();

  constructor(parts: LocalEngineParts, limit: LimitFunction) {
    this.#parts = parts;
    this.#limit = limit;
  }

  async build(build: ImageBuild, signal: AbortSignal): Promise<BuiltTarget> {
    const { bases, reference } = await this.#identify(build, signal);
    const running = this.#running.get(reference) ?? this.#buildOnce(build, bases, reference, signal);
    this.#running.set(reference, running);
    const built = await running;
    if (build.tag !== undefined) {
      await this.#parts.containers.cli.run(["tag", reference, build.tag], { signal });
      await this.#parts.records.tagged(reference, build.tag, this.#parts.clock.now());
    }
    return built;
  }

  /** The image's id when it was built before; builds nothing. */
  async known(build: ImageBuild, signal: AbortSignal): Promise<string | undefined> {
    const { reference } = await this.#identify(build, signal);
    return (await this.#inspect(reference, signal))?.imageId;
  }

  async #identify(build: ImageBuild, signal: AbortSignal): Promise<{ bases: Record<string, ProvidedImage>; reference: string }> {
    const { snapshot } = this.#parts;
    await refuseLinksOutOf(build.context, snapshot.entriesBelow(build.context), snapshot.folder);
    await this.#requireDockerfile(build);
    const bases = await this.#bases(build, signal);
    const key = digest([
      snapshot.hashOf(build.context),
      build.dockerfile,
      build.target,
      build.commit ?? "",
      Object.entries(bases).map(([argument, base]) => [argument, base.imageId]),
      await this.#literalBases(build, signal),
    ]).slice(0, 24);
    return { bases, reference: `gitops-build-${build.service}-${build.target}:${key}` };
  }

  async #requireDockerfile(build: ImageBuild): Promise<void> {
    const path = `${build.context}/${build.dockerfile}`;
    const there = await access(join(this.#parts.snapshot.folder, path)).then(() => true, () => false);
    if (!there) throw new StepError("SOURCE_UNREADABLE", `${path} does not exist, or Git ignores it: are path and dockerfile of services.${build.service} in gitops.json right?`);
  }

  async #bases(build: ImageBuild, signal: AbortSignal): Promise<Record<string, ProvidedImage>> {
    const entries = Object.entries(build.baseImages).toSorted();
    return Object.fromEntries(await Promise.all(entries.map(async ([argument, image]) => [argument, await this.#parts.provide(image, signal)] as const)));
  }

  /** Images that the Dockerfile names itself, as they are here now: a newer one makes another image. */
  async #literalBases(build: ImageBuild, signal: AbortSignal): Promise<[string, string][]> {
    const text = await readFile(join(this.#parts.snapshot.folder, build.context, build.dockerfile), "utf8");
    const lines = [...text.matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?/gim)];
    const stages = new Set(lines.map(([, , stage]) => stage));
    const named = [...new Set(lines.map(([, image = ""]) => image))].filter((image) => image !== "scratch" && !image.includes("$") && !stages.has(image));
    return Promise.all(named.map(async (image): Promise<[string, string]> => [image, (await this.#inspect(image, signal))?.imageId ?? "not here"]));
  }

  async #buildOnce(build: ImageBuild, bases: Record<string, ProvidedImage>, reference: string, signal: AbortSignal): Promise<BuiltTarget> {
    const standIns = [...new Set(Object.values(bases).filter((base) => base.standIn).map((base) => base.reference))];
    const known = await this.#inspect(reference, signal);
    if (known !== undefined) {
      await this.#parts.records.used(reference, this.#parts.clock.now());
      return { ...known, reference, standIns, cached: true };
    }
    // A failure of theirs is this build's too, which tells of it.
    for (const target of build.first ?? []) await this.build(stepTarget(build, target), signal).catch(() => undefined);
    const turnOf = `${build.context}/${build.dockerfile}`;
    const turn = this.#turns.get(turnOf) ?? pLimit(1);
    this.#turns.set(turnOf, turn);
    await turn(async () => this.#limit(async () => this.#runBuild(build, bases, reference, signal)));
    const built = await this.#inspect(reference, signal);
    if (built === undefined) throw new StepError("TOOL_FAILED", `${this.#parts.containers.program} said that it built ${reference}, but the image is not there.`);
    return { ...built, reference, standIns, cached: false };
  }

  async #runBuild(build: ImageBuild, bases: Record<string, ProvidedImage>, reference: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { containers, snapshot, host, runFolder, newId, records, clock } = this.#parts;
    const context = join(snapshot.folder, build.context);
    const folder = join(runFolder, `build-${newId()}`);
    const mark = join(folder, "mark");
    await mkdir(folder, { mode: 0o700 });
    await writeFile(mark, "");
    const fromHost = await buildAccess(host, folder);
    const args = [
      "build",
      ...["--file", join(context, build.dockerfile), "--target", build.target, "--tag", reference],
      ...Object.entries(bases).flatMap(([argument, base]) => ["--build-arg", `${argument}=${base.reference}`]),
      ...(build.commit === undefined ? [] : ["--build-arg", `COMMIT=${build.commit}`]),
      ...fromHost.args,
      ...buildMark(mark),
      "--network=host",
      // What is here is what the key was made of, even if a registry has a newer one of that name.
      "--pull=false",
      context,
    ];
    await records.begun(reference, clock.now());
    const noted: Promise<void>[] = [];
    const onLine = (line: string): void => {
      const layer = layerLine.exec(line)?.[1];
      if (layer !== undefined) noted.push(records.layer(reference, layer, clock.now()));
    };
    try {
      await againWhenDisturbed(async () => containers.cli.run(args, { signal, onLine, cwd: runFolder, timeoutMs: build.timeoutMs, env: { ...fromHost.env, TMPDIR: folder, DOCKER_BUILDKIT: "1", BUILDKIT_PROGRESS: "plain" } }));
    } catch (error) {
      await removeWorkOf(containers, mark).catch(() => undefined);
      throw explainBuildFailure(build, error);
    } finally {
      await Promise.all([...noted, rm(folder, { recursive: true, force: true })]);
    }
  }

  async #inspect(reference: string, signal: AbortSignal): Promise<{ imageId: string; sizeBytes: number } | undefined> {
    const { stdout, exitCode } = await this.#parts.containers.cli.run(["image", "inspect", "--format", "{{.Id}} {{.Size}}", reference], { signal, accept: [0, 1, 125] });
    const match = /^(?:sha256:)?([0-9a-f]{64}) (\d+)$/.exec(stdout.trim());
    return exitCode !== 0 || match === null ? undefined : { imageId: `sha256:${match[1] ?? ""}`, sizeBytes: Number(match[2]) };
  }
}

/** As a step asks for it: without the tag and the commit of a release. */
function stepTarget({ service, context, dockerfile, baseImages, timeoutMs }: ImageBuild, target: string): ImageBuild {
  return { service, context, dockerfile, baseImages, timeoutMs, target };
}

/** Once more when another process has removed an image that this build was about to reuse. */
async function againWhenDisturbed(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isContainerEngineError(error) || error.code !== "COMMAND_FAILED" || !disturbed.test(error.stderrTail)) throw error;
    await work();
  }
}

function explainBuildFailure(build: ImageBuild, error: unknown): unknown {
  if (!isContainerEngineError(error)) return error;
  const dockerfile = `${build.context}/${build.dockerfile}`;
  if (error.code === "COMMAND_TIMED_OUT") {
    return new StepError("TIMED_OUT", `The build of ${dockerfile} (target ${build.target}) was stopped after ${String(Math.round(build.timeoutMs / 1000))} s.`, { log: error.stderrTail, cause: error });
  }
  if (error.code !== "COMMAND_FAILED") return error;
  const log = error.stderrTail;
  if (pullTrouble.test(log)) {
    return new StepError("IMAGE_UNAVAILABLE", `An image that ${dockerfile} names in FROM could not be pulled: ${tail(log, 1)}. Name it in services.${build.service}.baseImages of gitops.json, which takes mirrors and stand-ins, or make its registry reachable.`, { log, cause: error });
  }
  if (/no space left on device/i.test(log)) return error;
  if (disturbed.test(log)) return new StepError("TOOL_FAILED", `The build of ${dockerfile} (target ${build.target}) was disturbed: another process removed an image that it needs. Run again.`, { log, cause: error });
  return explainBuildLog(build, log, error);
}
