import type { Config } from "../../config.ts";
import type { RegisteredImage, RegisteredImages } from "../../images/adopting-engine.ts";
import { imageTag, type RepositoryState } from "../../repository.ts";
import type { AwsClients } from "../aws/clients.ts";
import { failureOf, messageOf, releaseErrorOf } from "../aws/errors.ts";
import { repositoryOf, type ReleaseSettings } from "../release-settings.ts";
import { ecrRegistry } from "./ecr-registry.ts";
import { fetchedArchive, fetchStep } from "./fetch-step.ts";

export interface RegisteredOptions {
  readonly config: Config;
  readonly settings: ReleaseSettings;
  readonly repository: RepositoryState;
  readonly clients: AwsClients;
  /** Told when nobody knows what the registry has. */
  readonly note: (text: string) => void;
}

/** Of one image; a slow line takes minutes. */
const timeoutMs = 20 * 60_000;
/** For the look at the registry: the gates wait for it. */
const answerMs = 20_000;

/**
 * The images that the registry has of this commit already. Before the gates:
 * they are what is judged and deployed. Never rejects, because it stops no
 * gate: when the registry cannot be asked, the release that follows says why.
 */
export async function registeredImages(options: RegisteredOptions): Promise<RegisteredImages> {
  // Of a tree with changes each image has a tag of its own.
  if (options.repository.dirty) return new Map();
  try {
    return await find(options);
  } catch (error) {
    options.note(`nobody knows whether the registry has images of ${imageTag(options.repository)} already, so those of this run are judged: ${whyOf(error, options)}`);
    return new Map();
  }
}

async function find({ clients, config, repository, settings }: RegisteredOptions): Promise<RegisteredImages> {
  const registry = ecrRegistry(await clients.ecr(), AbortSignal.timeout(answerMs));
  const tag = imageTag(repository);
  const images = await Promise.all(
    Object.keys(config.services).map(async (service) => {
      const name = repositoryOf(config.project, settings, service);
      return { service, name, image: await registry.find(name, tag) };
    }),
  );
  const found = images.flatMap(({ service, name, image }) => (image === undefined ? [] : [{ service, name, image }]));
  if (found.length === 0) return new Map();
  const access = await registry.signIn();
  return new Map(
    found.map(({ service, name, image }): [string, RegisteredImage] => {
      const reference = `${access.host}/${name}@${image.digest}`;
      return [service, { reference, imageId: image.imageId, fetch: fetchStep(service, { reference, image, timeoutMs }, access), archive: fetchedArchive }];
    }),
  );
}

function whyOf(error: unknown, { clients }: RegisteredOptions): string {
  if (error instanceof Error && "$metadata" in error) return releaseErrorOf(error, { target: clients.target, action: "ecr:BatchGetImage", state: "" }).message;
  return failureOf(error) === "unreachable" ? "it does not answer" : messageOf(error);
}
