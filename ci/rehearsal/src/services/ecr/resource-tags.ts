import type { Tag } from "@aws-sdk/client-ecr";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Parts } from "../../parts.ts";
import { ecrSlice, repositoryArn, type RepositoryRecord } from "./state.ts";

export const tagsOf = (tags: readonly Tag[]): Record<string, string> => Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));

export function repositoryByArn(parts: Parts, arn = ""): RepositoryRecord {
  const found = parts.world.slice(ecrSlice).repositories.find(({ name }) => repositoryArn(parts, name) === arn);
  if (found !== undefined) return found;
  if (!arn.startsWith(repositoryArn(parts, ""))) throw new AwsError("InvalidParameterException", `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`);
  throw new AwsError("RepositoryNotFoundException", `The repository with name '${arn.slice(repositoryArn(parts, "").length)}' does not exist in the registry with id '${parts.world.account}'`);
}
