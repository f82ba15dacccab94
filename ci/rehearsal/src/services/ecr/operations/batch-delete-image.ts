import { BatchDeleteImage$, type BatchDeleteImageRequest, type BatchDeleteImageResponse, type ImageFailure, type ImageIdentifier } from "@aws-sdk/client-ecr";
import { blobStore, type BlobStore } from "../../../registry/blob-store.ts";
import { parseManifest } from "../../../registry/manifest.ts";
import { operation } from "../../service.ts";
import { idsOf, isFailure, pick } from "../image-ids.ts";
import { repositoryArn, repositoryOf, type ImageRecord, type RepositoryRecord } from "../state.ts";

/** A tag is taken from its image, which goes with its last one; a digest takes the image with all its tags. Files stay. */
export const batchDeleteImage = operation<BatchDeleteImageRequest, BatchDeleteImageResponse>({
  schema: BatchDeleteImage$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:BatchDeleteImage", resource: repositoryArn(parts, repositoryName) }],
  run: async (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const imageIds: ImageIdentifier[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of input.imageIds ?? []) {
      const picked = pick(repository, imageId);
      if (isFailure(picked)) {
        failures.push(picked);
        continue;
      }
      const { imageTag } = imageId;
      const isWhole = imageId.imageDigest !== undefined || picked.tags.length < 2;
      const index = isWhole ? await indexWith(repository, picked, parts.get(blobStore)) : undefined;
      if (index !== undefined) {
        failures.push({ imageId, failureCode: "ImageReferencedByManifestList", failureReason: `Requested image referenced by manifest list: [${index}]` });
        continue;
      }
      imageIds.push(...(isWhole ? idsOf(picked) : [{ imageDigest: picked.digest, imageTag }]));
      if (isWhole) repository.images = repository.images.filter((image) => image !== picked);
      else picked.tags = picked.tags.filter((tag) => tag !== imageTag);
      parts.timeline.add("ecr", "image-deleted", { repository: repository.name, digest: picked.digest, tag: imageTag ?? null });
    }
    return { imageIds, failures };
  },
});

async function indexWith({ images }: RepositoryRecord, { digest }: ImageRecord, store: BlobStore): Promise<string | undefined> {
  for (const image of images) {
    const bytes = await store.read(image.digest);
    const manifest = bytes === undefined ? undefined : parseManifest(bytes);
    if (manifest?.kind === "index" && manifest.manifests.some((part) => part.digest === digest)) return image.digest;
  }
  return undefined;
}
