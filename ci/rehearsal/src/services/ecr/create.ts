import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecrSlice, findRepository, type RepositoryRecord } from "./state.ts";

export interface NewRepository {
  readonly name: string;
  readonly mutability?: RepositoryRecord["mutability"] | undefined;
  readonly exclusions?: readonly string[];
  readonly scanOnPush?: boolean | undefined;
  readonly encryption?: RepositoryRecord["encryption"];
  readonly resourceTags?: Readonly<Record<string, string>>;
}

/** Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const validName = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const isRepositoryName = (name: string): boolean => name.length >= 2 && name.length <= 256 && validName.test(name);

/** The same for the API and for what comes from Terraform. Throws AwsError. */
export function createRepository(parts: Parts, wanted: NewRepository): RepositoryRecord {
  const { name, mutability = "MUTABLE", exclusions = [], scanOnPush = false, encryption = { type: "AES256" }, resourceTags = {} } = wanted;
  if (!isRepositoryName(name)) {
    throw new AwsError("InvalidParameterException", `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${validName.source.slice(1, -1).replaceAll("\\/", "/")}''`);
  }
  if (exclusions.length > 0 !== mutability.endsWith("_WITH_EXCLUSION")) {
    throw new AwsError("InvalidParameterException", "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'must be given exactly with a mutability that is WITH_EXCLUSION'");
  }
  if (!exclusions.every((filter) => /^[0-9a-zA-Z._*-]{1,128}$/.test(filter))) {
    throw new AwsError("InvalidParameterException", "Invalid parameter at 'filter' failed to satisfy constraint: 'must satisfy regular expression '[0-9a-zA-Z._*-]{1,128}''");
  }
  if (findRepository(parts, name) !== undefined) throw new AwsError("RepositoryAlreadyExistsException", `The repository with name '${name}' already exists in the registry with id '${parts.world.account}'`);
  const repository: RepositoryRecord = { name, createdMs: parts.clock.now(), mutability, exclusions: [...exclusions], scanOnPush, encryption, resourceTags: { ...resourceTags }, images: [], blobs: [] };
  parts.world.slice(ecrSlice).repositories.push(repository);
  parts.timeline.add("ecr", "repository-created", { repository: name, mutability });
  return repository;
}
