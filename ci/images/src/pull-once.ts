import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";
import { ImageError } from "./errors.ts";
import { findStoredImage } from "./image-store.ts";
import { pullImage, registryOf, type PullOutcome } from "./pull-image.ts";

export interface PullingOptions {
  readonly containers: ContainerEngine;
  readonly signal?: AbortSignal | undefined;
  readonly notify: (message: string) => void;
}

/** An image that is in the engine's store now. */
export interface ProvidedReference {
  /** What to write in FROM, or to create a container of. */
  readonly reference: string;
  /** "sha256:…" of the image's configuration. */
  readonly imageId: string;
  readonly standIn: boolean;
}

/** One engine's pulls within this process. */
interface Pulls {
  /** Callers of one image share its pull or build. */
  readonly underWay: Map<string, Promise<ProvidedReference>>;
  /** Registries found silent, and why: four images do not wait four times. */
  readonly silent: Map<string, string>;
  /** Registries being tried for the first time; settles with their first word. */
  readonly trying: Map<string, Promise<unknown>>;
}
const pullsOf = new WeakMap<ContainerEngine, Pulls>();

/** Pulls, unless this process knows already that the registry is silent. */
export async function pullOnce(reference: string, connectTimeoutMs: number, options: PullingOptions): Promise<PullOutcome> {
  const { containers, signal, notify } = options;
  const { silent, trying } = pulls(containers);
  const registry = registryOf(reference);
  await trying.get(registry);
  const known = silent.get(registry);
  if (known !== undefined) return { kind: "unreachable", why: known };

  notify(`pulling ${reference}`);
  const firstWord = Promise.withResolvers<undefined>();
  trying.set(registry, firstWord.promise);
  try {
    const onAnswer = () => { firstWord.resolve(undefined); };
    const outcome = await pullImage(reference, { cli: containers.cli, connectTimeoutMs, signal, onAnswer });
    if (outcome.kind === "unreachable" && !silent.has(registry)) {
      silent.set(registry, outcome.why);
      notify(`the image registry ${registry} is not reachable from here (${outcome.why})`);
    }
    return outcome;
  } finally {
    firstWord.resolve(undefined);
  }
}

/** Starts the work, or joins the same work that runs already. */
export function shared(key: string, containers: ContainerEngine, start: () => Promise<ProvidedReference>): Promise<ProvidedReference> {
  const { underWay } = pulls(containers);
  const running = underWay.get(key);
  if (running) return running;
  const started = start().finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}

/** An image that the engine has by its published name. */
export async function storedReference(reference: string, containers: ContainerEngine): Promise<ProvidedReference | undefined> {
  const image = await findStoredImage(containers.cli, reference);
  return image && { reference, imageId: image.id, standIn: false };
}

export function notPulled(reference: string, why: string, state: string): ImageError {
  return new ImageError("IMAGE_NOT_PULLED", {
    happened: `The image ${reference} could not be pulled: ${why}.`,
    state,
    next: 'Log in to its registry, make it reachable, or name another image in gitops.json ("images"), then start again.',
  });
}

function pulls(containers: ContainerEngine): Pulls {
  const known = pullsOf.get(containers) ?? { underWay: new Map(), silent: new Map(), trying: new Map() };
  pullsOf.set(containers, known);
  return known;
}
