import type { Config } from "../../config.ts";
import type { Engine } from "../../engine/engine.ts";
import { releaseBuild } from "../../images/service-build.ts";
import type { EmitRelease } from "../../report/release-events.ts";
import type { RepositoryState } from "../../repository.ts";
import type { AwsClients } from "../aws/clients.ts";
import { releaseErrorOf } from "../aws/errors.ts";
import { ReleaseError } from "../release-error.ts";
import { repositoryOf, type ReleaseSettings } from "../release-settings.ts";
import { ecrRegistry } from "./ecr-registry.ts";
import { pushImage, type PushContext, type PushedImage } from "./push-image.ts";
import { pushTag } from "./push-tag.ts";

export interface PushOptions {
  readonly config: Config;
  readonly settings: ReleaseSettings;
  readonly repository: RepositoryState;
  readonly engine: Engine;
  readonly clients: AwsClients;
  readonly signal: AbortSignal;
  readonly emit: EmitRelease;
  /** Service -> id of the image that the gates have judged; no other is deployed. Absent where no gate was asked. */
  readonly judged?: ReadonlyMap<string, string>;
}

/** Of one image; a slow line takes minutes for the first. */
const timeoutMs = 20 * 60_000;

/** Puts the image of every service into its repository, under the commit's tag, or adopts what is there. Throws ReleaseError, and StepError when the engine failed. */
export async function pushImages(options: PushOptions): Promise<readonly PushedImage[]> {
  const { config, settings, repository, engine, emit, signal } = options;
  const context = await pushContext(options);
  return settled(
    Object.keys(config.services).map(async (service) => {
      const build = releaseBuild(service, { config, repository });
      const built = await engine.build(build, signal);
      const pushed = await told(options, async () => pushImage(build, built, { repository: repositoryOf(config.project, settings, service), tag: pushTag(repository, built.imageId) }, context));
      refuseUnjudged(pushed, options.judged?.get(service));
      const { reference, digest, how, differs } = pushed;
      emit({ kind: "image-in-registry", service, reference, digest, how, differs });
      return pushed;
    }),
  );
}

/** Somebody else has pushed the commit's image while the gates looked at another one. */
function refuseUnjudged({ imageId, repository, service, tag }: PushedImage, judged: string | undefined): void {
  if (judged === undefined || judged === imageId) return;
  throw new ReleaseError("PUSH_FAILED", `${repository}:${tag} has another image of ${service} than the one that the gates have judged: somebody has pushed it meanwhile. Nothing was deployed.`, "Run again: then that image is judged, and deployed.");
}

/** Puts images there under tags that somebody else has named: before the first release, those of the first task definition. */
export async function pushBootstrapImages(options: PushOptions, wanted: readonly { readonly service: string; readonly repository: string; readonly tag: string }[]): Promise<void> {
  if (wanted.length === 0) return;
  const context = await pushContext(options);
  await settled(
    wanted.map(async ({ service, repository, tag }) => {
      const build = releaseBuild(service, options);
      await told(options, async () => pushImage(build, await options.engine.build(build, options.signal), { repository, tag }, context));
    }),
  );
}

async function pushContext({ clients, engine, signal }: PushOptions): Promise<PushContext> {
  const registry = ecrRegistry(await clients.ecr());
  const access = await told({ clients, signal }, async () => registry.signIn());
  return { engine, registry, access, timeoutMs, signal };
}

/** What AWS refuses, in words; what else went wrong, as it is. */
async function told<Result>({ clients, signal }: Pick<PushOptions, "clients" | "signal">, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error) || !("$metadata" in error)) throw error;
    throw releaseErrorOf(error, { target: clients.target, action: "ecr:BatchGetImage", state: "Nothing was deployed." });
  }
}

/** All of them, or the first failure after all have ended: nothing goes on behind a message that says it is over. */
async function settled<Result>(work: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
