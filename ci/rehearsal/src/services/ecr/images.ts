import { writeImageArchive } from "../../registry/image-archive.ts";
import { blobStore } from "../../registry/blob-store.ts";
import { parseManifest, type Manifest } from "../../registry/manifest.ts";
import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { findRepository, registryHost, repositoryArn, type ImageRecord, type RepositoryRecord } from "./state.ts";

export interface FoundImage {
  readonly repositoryName: string;
  /** Of the manifest, or of the index of several platforms. */
  readonly digest: string;
  readonly tags: readonly string[];
  readonly mediaType: string;
  /** The name that it has in a container engine once its archive is loaded. */
  readonly loadedAs: string;
}

/**
 * The image of `host/repository:tag` or `host/repository@sha256:…`; undefined for
 * one that is not in the registry, or is in another. The host is this
 * rehearsal's, at whatever port it was when the reference was written, or the
 * account's own at AWS.
 */
export function findImage(parts: Parts, reference: string): FoundImage | undefined {
  const found = lookUp(parts, reference);
  if (found === undefined) return undefined;
  const { repository, image } = found;
  return { repositoryName: repository.name, digest: image.digest, tags: [...image.tags], mediaType: image.mediaType, loadedAs: loadedAs(repository.name, image.digest) };
}

/** Writes it as a docker-archive, which `podman load` and `docker load` take; of several platforms, this machine's. Throws when it is not there. */
export async function imageArchive(parts: Parts, reference: string, toFile: string): Promise<void> {
  const found = lookUp(parts, reference);
  if (found === undefined) throw new Error(`${reference} is not in the rehearsal's registry`);
  const store = parts.get(blobStore);
  const manifest = await manifestForMachine(found.image.digest, async (digest) => store.read(digest));
  if (manifest === undefined) throw new Error(`${reference} has no image for linux/${architecture()}, or its manifest is no longer stored`);
  await writeImageArchive({ store, manifest, name: loadedAs(found.repository.name, found.image.digest), toFile });
}

/** The digest of its configuration, by which engines know an image wherever it came from; of several platforms, this machine's. Undefined when it is not there. */
export async function imageIdOf(parts: Parts, reference: string): Promise<string | undefined> {
  const digest = lookUp(parts, reference)?.image.digest;
  const store = parts.get(blobStore);
  return digest === undefined ? undefined : (await manifestForMachine(digest, async (blob) => store.read(blob)))?.config.digest;
}

/** What the puller of an image has to be allowed, as ECR checks it. */
export const pullAccess = (parts: Parts, repositoryName: string): readonly Access[] => [
  { action: "ecr:GetAuthorizationToken", resource: "*" },
  ...["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"].map((action) => ({ action, resource: repositoryArn(parts, repositoryName) })),
];

/** Tags hold at most 128 characters. The name is nobody's, so that no engine ever asks a registry for it. */
const loadedAs = (repositoryName: string, digest: string): string => `rehearsal.invalid/${repositoryName}:${digest.replace("sha256:", "sha256-")}`;

function lookUp(parts: Parts, reference: string): { readonly repository: RepositoryRecord; readonly image: ImageRecord } | undefined {
  const [, host = "", name = "", tag, digest] = /^([^/]+)\/([^:@]+)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(reference) ?? [];
  const repository = isOurs(parts, host) ? findRepository(parts, name) : undefined;
  // A digest decides where both are given, as for every engine.
  const image = repository?.images.find((candidate) => (digest === undefined ? candidate.tags.includes(tag ?? "latest") : candidate.digest === digest));
  return repository === undefined || image === undefined ? undefined : { repository, image };
}

function isOurs(parts: Parts, host: string): boolean {
  const { account, region } = parts.world;
  return host === registryHost(parts) || /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host) || host === `${account}.dkr.ecr.${region}.amazonaws.com`;
}

const architecture = (): string => (process.arch === "x64" ? "amd64" : process.arch);

async function manifestForMachine(digest: string, read: (digest: string) => Promise<Buffer | undefined>): Promise<Extract<Manifest, { kind: "image" }> | undefined> {
  const bytes = await read(digest);
  const manifest = bytes === undefined ? undefined : parseManifest(bytes);
  if (manifest?.kind !== "index") return manifest;
  const fitting = manifest.manifests.find(({ platform }) => platform?.os === "linux" && platform.architecture === architecture());
  return fitting === undefined ? undefined : manifestForMachine(fitting.digest, read);
}
