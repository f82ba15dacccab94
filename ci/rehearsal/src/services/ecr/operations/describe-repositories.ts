import { DescribeRepositories$, type DescribeRepositoriesRequest, type DescribeRepositoriesResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { describeRepository } from "../describe-repository.ts";
import { page } from "../page.ts";
import { ecrSlice, repositoryArn, repositoryOf } from "../state.ts";

export const describeRepositories = operation<DescribeRepositoriesRequest, DescribeRepositoriesResponse>({
  schema: DescribeRepositories$,
  access: ({ repositoryNames = ["*"] }, parts) => repositoryNames.map((name) => ({ action: "ecr:DescribeRepositories", resource: repositoryArn(parts, name) })),
  run: ({ registryId, repositoryNames, nextToken, maxResults }, { parts }) => {
    const all = repositoryNames?.map((repositoryName) => repositoryOf(parts, { repositoryName, registryId })) ?? parts.world.slice(ecrSlice).repositories.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(all, { nextToken, maxResults });
    return { repositories: items.map((repository) => describeRepository(parts, repository)), ...next };
  },
});
