import { DescribeImages$, type DescribeImagesRequest, type DescribeImagesResponse, type ImageDetail } from "@aws-sdk/client-ecr";
import type { Parts } from "../../../parts.ts";
import { operation } from "../../service.ts";
import { hasStatus, imageOf } from "../image-ids.ts";
import { page } from "../page.ts";
import { repositoryArn, repositoryOf, type ImageRecord, type RepositoryRecord } from "../state.ts";

export const describeImages = operation<DescribeImagesRequest, DescribeImagesResponse>({
  schema: DescribeImages$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:DescribeImages", resource: repositoryArn(parts, repositoryName) }],
  run: (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const all = input.imageIds === undefined ? repository.images.filter((image) => hasStatus(image, input.filter?.tagStatus)) : new Set(input.imageIds.map((imageId) => imageOf(parts, repository, imageId)));
    const { items, next } = page([...all], input);
    return { imageDetails: items.map((image) => detailOf(parts, repository, image)), ...next };
  },
});

const detailOf = (parts: Parts, { name }: RepositoryRecord, { digest, mediaType, tags, pushedMs, pulledMs, sizeBytes }: ImageRecord): ImageDetail => ({
  registryId: parts.world.account,
  repositoryName: name,
  imageDigest: digest,
  ...(tags.length === 0 ? {} : { imageTags: [...tags] }),
  imageSizeInBytes: sizeBytes,
  imagePushedAt: new Date(pushedMs),
  imageManifestMediaType: mediaType,
  imageStatus: "ACTIVE",
  ...(pulledMs === undefined ? {} : { lastRecordedPullTime: new Date(pulledMs) }),
});
