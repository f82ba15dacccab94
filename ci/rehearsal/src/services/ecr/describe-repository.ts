import type { Repository } from "@aws-sdk/client-ecr";
import type { Parts } from "../../parts.ts";
import { repositoryArn, repositoryUri, type RepositoryRecord } from "./state.ts";

export const describeRepository = (parts: Parts, { name, createdMs, mutability, exclusions, scanOnPush, encryption }: RepositoryRecord): Repository => ({
  repositoryArn: repositoryArn(parts, name),
  registryId: parts.world.account,
  repositoryName: name,
  repositoryUri: repositoryUri(parts, name),
  createdAt: new Date(createdMs),
  imageTagMutability: mutability,
  ...(exclusions.length === 0 ? {} : { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: "WILDCARD", filter })) }),
  imageScanningConfiguration: { scanOnPush },
  encryptionConfiguration: { encryptionType: encryption.type, ...(encryption.kmsKey === undefined ? {} : { kmsKey: encryption.kmsKey }) },
});
