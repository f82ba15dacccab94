import { blobStore, digestOf, isDigest, type BlobStore } from "../../registry/blob-store.ts";
import { parseManifest, type Manifest } from "../../registry/manifest.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { RepositoryRecord } from "./state.ts";

export interface PutImage {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

export const isTag = (tag: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag);

/**
 * The rules for a manifest, the same for the API and for the registry. Throws
 * AwsError; nothing is different then. `already`: it was there as it is, with that tag.
 */
export async function putImage(parts: Parts, repository: RepositoryRecord, { bytes, mediaType, tag, digest: said }: PutImage): Promise<{ readonly digest: string; readonly already: boolean }> {
  const digest = digestOf(bytes);
  if (said !== undefined && !isDigest(said)) throw invalid("imageDigest", "Invalid digest");
  if (tag !== undefined && !isTag(tag)) throw invalid("imageTag", "must satisfy regular expression '[a-zA-Z0-9-_.]{1,128}'");
  if (said !== undefined && said !== digest) throw new AwsError("ImageDigestDoesNotMatchException", `The specified image digest '${said}' does not match the digest '${digest}' that was calculated of the image manifest`);
  const manifest = parseManifest(bytes, mediaType);
  if (manifest === undefined) throw invalid("ImageManifest", "Invalid JSON syntax, or a media type that is not supported or not the one that was given");
  refuseImmutable(repository, tag, digest);
  const store = parts.get(blobStore);
  await refuseIncomplete(parts, store, repository, manifest);
  await store.write(bytes);
  // Another push may have taken the tag while the files were looked at.
  refuseImmutable(repository, tag, digest);
  return { digest, already: record(parts, repository, manifest, { tag, digest, length: bytes.byteLength }) };
}

const invalid = (member: string, constraint: string): AwsError => new AwsError("InvalidParameterException", `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`);

function record(parts: Parts, repository: RepositoryRecord, manifest: Manifest, { tag, digest, length }: { readonly tag: string | undefined; readonly digest: string; readonly length: number }): boolean {
  const known = repository.images.find((image) => image.digest === digest);
  if (known !== undefined && (tag === undefined || known.tags.includes(tag))) return true;
  for (const image of repository.images) image.tags = image.tags.filter((other) => other !== tag);
  const sizeBytes = manifest.kind === "index" ? length : [manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0);
  const image = known ?? { digest, mediaType: manifest.mediaType, tags: [], pushedMs: parts.clock.now(), sizeBytes };
  if (known === undefined) repository.images.push(image);
  if (tag !== undefined) image.tags.push(tag);
  parts.timeline.add("ecr", "image-pushed", { repository: repository.name, digest, tag: tag ?? null });
  return false;
}

/** The same image under the tag that it has is no change. */
function refuseImmutable(repository: RepositoryRecord, tag: string | undefined, digest: string): void {
  const holder = tag === undefined ? undefined : repository.images.find((image) => image.tags.includes(tag));
  if (tag === undefined || holder === undefined || holder.digest === digest || !isImmutable(repository, tag)) return;
  throw new AwsError("ImageTagAlreadyExistsException", `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`);
}

function isImmutable({ mutability, exclusions }: RepositoryRecord, tag: string): boolean {
  const isExcluded = exclusions.some((filter) => matches(filter, tag));
  return mutability.startsWith("IMMUTABLE") !== (mutability.endsWith("_WITH_EXCLUSION") && isExcluded);
}

/** Filters hold no other character that means anything in a pattern. */
const matches = (filter: string, tag: string): boolean => new RegExp(`^${filter.split(/\*+/).map((part) => part.replaceAll(".", "\\.")).join(".*")}$`).test(tag);

async function refuseIncomplete(parts: Parts, store: BlobStore, repository: RepositoryRecord, manifest: Manifest): Promise<void> {
  if (manifest.kind === "index") {
    const absent = manifest.manifests.filter(({ digest }) => !repository.images.some((image) => image.digest === digest));
    if (absent.length > 0) throw new AwsError("ReferencedImagesNotFoundException", `Images with digests '${listed(absent)}' required for pushing image into repository with name '${repository.name}' in the registry with id '${parts.world.account}' do not exist`);
    return;
  }
  const absent = [];
  for (const blob of [manifest.config, ...manifest.layers]) {
    // Layers with addresses of their own lie elsewhere.
    if (blob.urls === undefined && !(repository.blobs.includes(blob.digest) && (await store.size(blob.digest)) === blob.size)) absent.push(blob);
  }
  if (absent.length > 0) throw new AwsError("LayersNotFoundException", `Layers with digests '${listed(absent)}' required for pushing image into repository with name '${repository.name}' in the registry with id '${parts.world.account}' do not exist`);
}

const listed = (blobs: readonly { readonly digest: string }[]): string => `[${blobs.map(({ digest }) => digest).join(", ")}]`;
