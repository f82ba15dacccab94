import * as client from "@aws-sdk/client-ecr";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Service } from "../service.ts";
import { batchCheckLayerAvailability } from "./operations/batch-check-layer-availability.ts";
import { batchDeleteImage } from "./operations/batch-delete-image.ts";
import { batchGetImage } from "./operations/batch-get-image.ts";
import { createRepositoryOperation } from "./operations/create-repository.ts";
import { deleteLifecyclePolicy } from "./operations/delete-lifecycle-policy.ts";
import { deleteRepository } from "./operations/delete-repository.ts";
import { describeImageScanFindings } from "./operations/describe-image-scan-findings.ts";
import { describeImages } from "./operations/describe-images.ts";
import { describeRepositories } from "./operations/describe-repositories.ts";
import { getAuthorizationToken } from "./operations/get-authorization-token.ts";
import { getLifecyclePolicy } from "./operations/get-lifecycle-policy.ts";
import { listImages } from "./operations/list-images.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { putImageOperation } from "./operations/put-image.ts";
import { putLifecyclePolicyOperation } from "./operations/put-lifecycle-policy.ts";
import { tagResource } from "./operations/tag-resource.ts";

/** Layers come and go by the registry at /v2/, as engines push and pull; the API's own uploads are not here. */
export const ecr: Service = {
  name: "ecr",
  client,
  operations: [
    batchCheckLayerAvailability,
    batchDeleteImage,
    batchGetImage,
    createRepositoryOperation,
    deleteLifecyclePolicy,
    deleteRepository,
    describeImages,
    describeImageScanFindings,
    describeRepositories,
    getAuthorizationToken,
    getLifecyclePolicy,
    listImages,
    listTagsForResource,
    putImageOperation,
    putLifecyclePolicyOperation,
    tagResource,
  ],
  missing: (_operation, member) => new AwsError("InvalidParameterException", `Invalid parameter at '${member}' failed to satisfy constraint: 'must not be null'`),
};
