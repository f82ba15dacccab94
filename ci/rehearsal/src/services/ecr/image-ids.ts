import type { ImageFailureCode, ImageIdentifier } from "@aws-sdk/client-ecr";
import { isDigest } from "../../registry/blob-store.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Parts } from "../../parts.ts";
import { isTag } from "./put-image.ts";
import type { ImageRecord, RepositoryRecord } from "./state.ts";

/** What the batch operations say of an image that they cannot give. */
export interface Failure {
  readonly imageId: ImageIdentifier;
  readonly failureCode: ImageFailureCode;
  readonly failureReason: string;
}

export function pick(repository: RepositoryRecord, imageId: ImageIdentifier): ImageRecord | Failure {
  const { imageDigest, imageTag } = imageId;
  const failure = (failureCode: ImageFailureCode, failureReason: string): Failure => ({ imageId, failureCode, failureReason });
  if (imageDigest === undefined && imageTag === undefined) return failure("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
  if (imageDigest !== undefined && !isDigest(imageDigest)) return failure("InvalidImageDigest", "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
  if (imageTag !== undefined && !isTag(imageTag)) return failure("InvalidImageTag", "Invalid request parameters: image tag should satisfy the regex '[a-zA-Z0-9-_.]{1,128}'");
  const image = repository.images.find(({ digest, tags }) => (imageDigest === undefined ? imageTag !== undefined && tags.includes(imageTag) : digest === imageDigest));
  if (image === undefined) return failure("ImageNotFound", "Requested image not found");
  return imageTag === undefined || image.tags.includes(imageTag) ? image : failure("ImageTagDoesNotMatchDigest", "Requested image tag does not match the requested digest");
}

export const isFailure = (picked: ImageRecord | Failure): picked is Failure => "failureCode" in picked;

/** For the operations that answer for all or none. Throws ImageNotFoundException. */
export function imageOf(parts: Parts, repository: RepositoryRecord, imageId: ImageIdentifier): ImageRecord {
  const picked = pick(repository, imageId);
  if (!isFailure(picked)) return picked;
  if (picked.failureCode !== "ImageNotFound" && picked.failureCode !== "ImageTagDoesNotMatchDigest") throw new AwsError("InvalidParameterException", picked.failureReason);
  throw new AwsError("ImageNotFoundException", `The image with imageId ${named(imageId)} does not exist within the repository with name '${repository.name}' in the registry with id '${parts.world.account}'`);
}

export const named = ({ imageDigest = "null", imageTag = "null" }: ImageIdentifier): string => `{imageDigest:'${imageDigest}', imageTag:'${imageTag}'}`;

/** One for each of its tags, or one without. */
export const idsOf = ({ digest, tags }: ImageRecord): readonly ImageIdentifier[] => (tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag })));

export const hasStatus = ({ tags }: ImageRecord, tagStatus: string | undefined): boolean => tagStatus === undefined || tagStatus === "ANY" || (tagStatus === "TAGGED") === tags.length > 0;
