import { CreateRepository$, type CreateRepositoryRequest, type CreateRepositoryResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { createRepository } from "../create.ts";
import { describeRepository } from "../describe-repository.ts";
import { repositoryArn } from "../state.ts";
import { tagsOf } from "../resource-tags.ts";

export const createRepositoryOperation = operation<CreateRepositoryRequest, CreateRepositoryResponse>({
  schema: CreateRepository$,
  access: ({ repositoryName = "", tags = [] }, parts) => {
    const resource = repositoryArn(parts, repositoryName);
    return [{ action: "ecr:CreateRepository", resource }, ...(tags.length === 0 ? [] : [{ action: "ecr:TagResource", resource }])];
  },
  run: ({ repositoryName = "", imageTagMutability, imageTagMutabilityExclusionFilters = [], imageScanningConfiguration, encryptionConfiguration, tags = [] }, { parts }) => {
    const repository = createRepository(parts, {
      name: repositoryName,
      mutability: imageTagMutability,
      exclusions: imageTagMutabilityExclusionFilters.map(({ filter = "" }) => filter),
      scanOnPush: imageScanningConfiguration?.scanOnPush,
      ...(encryptionConfiguration?.encryptionType === undefined ? {} : { encryption: { type: encryptionConfiguration.encryptionType, kmsKey: encryptionConfiguration.kmsKey } }),
      resourceTags: tagsOf(tags),
    });
    return { repository: describeRepository(parts, repository) };
  },
});
