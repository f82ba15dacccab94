import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../../dagger/src/clock.ts";
import { systemClock } from "../../../../dagger/src/clock.ts";
import type { ImageBuild, Step, StepCommand } from "../../../../dagger/src/engine/engine.ts";
import { isImageName } from "../../../../dagger/src/images/catalogue.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { collectHostSettings, type HostSettings } from "../../../images/src/host-settings.ts";
import { provideImage, provideReference } from "../../../images/src/provide-image.ts";
import type { ContainerEngine } from "../../src/container-engine/engine.ts";
import { findContainerEngine } from "../../src/container-engine/find-engine.ts";
import { BuildRecords } from "../../src/engine/build-records.ts";
import type { ProvidedImage, ProvideImage } from "../../src/engine/image-provider.ts";
import { LocalEngine } from "../../src/engine/local-engine.ts";
import type { LocalEngineParts } from "../../src/engine/local-engine-parts.ts";
import { takeSnapshot } from "../../src/engine/source-snapshot.ts";
import { StepCache } from "../../src/engine/step-cache.ts";
import { makeRunFolder } from "../../src/run/run-folder.ts";
import { scratchFolder } from "./scratch.ts";

/** The real engine, images and host settings of this machine, found once for each test file. */
const found = new Map<"engine" | "host", Promise<unknown>>();
const provided = new Map<string, Promise<ProvidedImage>>();

export async function containerEngine(): Promise<ContainerEngine> {
  const wanted = process.env["GITOPS_TEST_ENGINE"] === "docker" ? "docker" : process.env["GITOPS_TEST_ENGINE"] === "podman" ? "podman" : undefined;
  const engine = found.get("engine") ?? findContainerEngine({ env: process.env, notify: () => undefined, install: "no", wanted });
  found.set("engine", engine);
  return engine as Promise<ContainerEngine>;
}

export async function hostSettings(): Promise<HostSettings> {
  const host = found.get("host") ?? collectHostSettings(process.env, process.cwd());
  found.set("host", host);
  return host as Promise<HostSettings>;
}

/** As the pipeline gets its images: pulled, or a stand-in. */
export const provide: ProvideImage = async (image) => {
  const running =
    provided.get(image) ??
    (async () => {
      const [containers, host] = await Promise.all([containerEngine(), hostSettings()]);
      const options = { containers, host, env: process.env, notify: () => undefined };
      return isImageName(image) ? provideImage(image, options) : provideReference(image, options);
    })();
  provided.set(image, running);
  return running;
};

export type Overrides = Partial<Pick<LocalEngineParts, "graceMs" | "host" | "provide" | "clock" | "containers">> & {
  /** Folder of the cache; one of the test's own when absent. */
  readonly home?: string;
  readonly signal?: AbortSignal;
};

export interface Opened {
  readonly engine: LocalEngine;
  readonly parts: LocalEngineParts;
  readonly home: string;
}

/** A run's engine on a repository: snapshot taken now, as at the start of a run. */
export async function openEngine(root: string, overrides: Overrides = {}): Promise<Opened> {
  const home = overrides.home ?? (await scratchFolder("cache"));
  const containers = overrides.containers ?? (await containerEngine());
  const folder = await makeRunFolder(randomBytes(6).toString("hex"));
  onTestFinished(folder.remove);
  const clock: Clock = overrides.clock ?? systemClock;
  const parts: LocalEngineParts = {
    containers,
    snapshot: await takeSnapshot(root, folder.path, overrides.signal ?? unending),
    cache: new StepCache(home),
    records: new BuildRecords(home, containers),
    provide: overrides.provide ?? provide,
    has: async () => Promise.resolve(false),
    host: overrides.host ?? (await hostSettings()),
    clock,
    newId: () => randomBytes(6).toString("hex"),
    runFolder: folder.path,
    ...(overrides.graceMs === undefined ? {} : { graceMs: overrides.graceMs }),
  };
  return { engine: new LocalEngine(parts), parts, home };
}

export const unending = new AbortController().signal;

/** A step on the node image that runs one shell command. */
export function shellStep(script: string, changes: Partial<Omit<Step, "commands">> & { accept?: readonly number[]; commands?: readonly StepCommand[] } = {}): Step {
  const { accept = [0], ...rest } = changes;
  return {
    name: "test",
    image: { kind: "named", name: "node" },
    files: [],
    workdir: "/work",
    commands: [{ argv: ["sh", "-c", script], accept }],
    env: {},
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: 120_000,
    memoryMb: 512,
    network: "none",
    ...rest,
  };
}

/** A target of the Dockerfile in folder `web`, on the node image. */
export function webBuild(changes: Partial<ImageBuild> = {}): ImageBuild {
  return { service: testService(), context: "web", dockerfile: "Dockerfile", target: "runtime", baseImages: { NODE_IMAGE: "node" }, timeoutMs: 120_000, ...changes };
}

/** A name of this test alone, so that its images are told from those of others. */
export const testService = (): string => `t${randomBytes(5).toString("hex")}`;

/** The StepError that work ends with; anything else fails the test. */
export async function stepErrorOf(work: Promise<unknown>): Promise<StepError> {
  const outcome: unknown = await work.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (outcome instanceof StepError) return outcome;
  throw outcome;
}
