import { BatchGetImage$, type BatchGetImageRequest, type BatchGetImageResponse, type Image, type ImageFailure } from "@aws-sdk/client-ecr";
import { blobStore } from "../../../registry/blob-store.ts";
import { operation } from "../../service.ts";
import { isFailure, pick } from "../image-ids.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const batchGetImage = operation<BatchGetImageRequest, BatchGetImageResponse>({
  schema: BatchGetImage$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:BatchGetImage", resource: repositoryArn(parts, repositoryName) }],
  run: async (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const images: Image[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of input.imageIds ?? []) {
      const picked = pick(repository, imageId);
      const manifest = isFailure(picked) ? undefined : await parts.get(blobStore).read(picked.digest);
      if (isFailure(picked)) failures.push(picked);
      else if (manifest === undefined) failures.push({ imageId, failureCode: "ImageInaccessible", failureReason: "The rehearsal no longer has the file of its manifest" });
      else images.push({ registryId: parts.world.account, repositoryName: repository.name, imageId: { ...imageId, imageDigest: picked.digest }, imageManifest: manifest.toString("utf8"), imageManifestMediaType: picked.mediaType });
    }
    return { images, failures };
  },
});
