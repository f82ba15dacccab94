import { dag } from "@dagger.io/dagger";
import { DaggerEngine } from "../src/engine/dagger-engine.ts";
import { DaggerImages } from "../src/engine/dagger-images.ts";
import type { ImageBuild } from "../src/engine/engine.ts";
import type { StepError } from "../src/engine/step-error.ts";
import { stepResultPath } from "../src/engine/step-script.ts";
import { folderAnswer, withSession, type Answer, type Chain, type Session } from "./session-server.ts";

/** What the tests of DaggerEngine share. */

/** Milliseconds since the epoch. */
export const runStartedAt = Date.parse("2026-11-23T10:00:00.000Z");

export const never = new AbortController().signal;

/** What the session says that every image is. */
export const known = `docker.io/library/known:1@sha256:${"0".repeat(64)}`;

/** Only within `withSession`. Its tree and history are told apart by a folder in each. */
export const engineHere = (images: Readonly<Record<string, string>> = {}): DaggerEngine =>
  new DaggerEngine({
    files: { tree: dag.directory().withNewDirectory("tree"), history: dag.directory().withNewDirectory("history") },
    images: new DaggerImages(images),
    access: { ca: dag.setSecret("ca", "PEM") },
    startedAt: runStartedAt,
  });

/** Answers the reading of a finished step by what its script left. */
export const steps = (record: (container: Chain) => ReadonlyMap<string, string>): Answer => folderAnswer(stepResultPath, record);

/** What `work` throws. */
export async function failure(answer: Answer, work: (engine: DaggerEngine, session: Session) => Promise<unknown>): Promise<StepError> {
  let failed: unknown;
  await withSession(answer, async (session) => {
    failed = await work(engineHere(), session).then(() => undefined, (error: unknown) => error);
  });
  return failed as StepError;
}

const configDigest = "c".repeat(64);
export const builtImageId = `sha256:${configDigest}`;

/** What the archive of a built image says of itself. */
export const archive: Answer = (leaf, chain) =>
  leaf === "contents" && chain.at(-1)?.args["path"] === "manifest.json" ? JSON.stringify([{ Config: `blobs/sha256/${configDigest}`, RepoTags: null, Layers: ["blobs/sha256/a", "blobs/sha256/b"] }]) : undefined;

export const isTarget = (chain: Chain): boolean => chain.at(-1)?.field === "dockerBuild" && chain.at(-1)?.args["target"] === "runtime";

export const failingBuild = (error: Error): Answer => (leaf, chain) => {
  if (leaf === "sync" && isTarget(chain)) throw error;
};

export const webBuild: ImageBuild = { service: "web", context: "web", dockerfile: "Dockerfile", target: "runtime", baseImages: {}, timeoutMs: 60_000 };
