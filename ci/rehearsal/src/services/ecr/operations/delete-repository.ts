import { DeleteRepository$, type DeleteRepositoryRequest, type DeleteRepositoryResponse } from "@aws-sdk/client-ecr";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { describeRepository } from "../describe-repository.ts";
import { ecrSlice, repositoryArn, repositoryOf } from "../state.ts";

/** With its images, where `force` says so. Their layers stay on disk. */
export const deleteRepository = operation<DeleteRepositoryRequest, DeleteRepositoryResponse>({
  schema: DeleteRepository$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:DeleteRepository", resource: repositoryArn(parts, repositoryName) }],
  run({ repositoryName, registryId, force = false }, { parts }) {
    const repository = repositoryOf(parts, { repositoryName, registryId });
    if (repository.images.length > 0 && !force) throw new AwsError("RepositoryNotEmptyException", `The repository with name '${repository.name}' in registry with id '${parts.world.account}' cannot be deleted because it still contains images`);
    const state = parts.world.slice(ecrSlice);
    state.repositories = state.repositories.filter((other) => other !== repository);
    parts.timeline.add("ecr", "repository-deleted", { repository: repository.name, images: repository.images.length });
    return { repository: describeRepository(parts, repository) };
  },
});
