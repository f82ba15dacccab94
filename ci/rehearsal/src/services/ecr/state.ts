import { z } from "zod";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { address } from "../../server/address.ts";
import type { Slice } from "../../world/world.ts";

const imageSchema = z.object({
  digest: z.string(),
  mediaType: z.string(),
  tags: z.array(z.string()),
  pushedMs: z.number(),
  pulledMs: z.number().optional(),
  /** Layers and configuration as they are stored, bytes. */
  sizeBytes: z.number(),
});

const repositorySchema = z.object({
  name: z.string(),
  createdMs: z.number(),
  mutability: z.enum(["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"]),
  /** Of the tags that are the exception: `*` stands for anything. */
  exclusions: z.array(z.string()),
  scanOnPush: z.boolean(),
  encryption: z.object({ type: z.enum(["AES256", "KMS", "KMS_DSSE"]), kmsKey: z.string().optional() }),
  resourceTags: z.record(z.string(), z.string()),
  lifecyclePolicy: z.string().optional(),
  images: z.array(imageSchema),
  /** Digests of the blobs that were pushed to it, or mounted; they are stored once for all repositories. */
  blobs: z.array(z.string()),
});

export type RepositoryRecord = z.infer<typeof repositorySchema>;
export type ImageRecord = z.infer<typeof imageSchema>;

export const ecrSlice: Slice<{ repositories: RepositoryRecord[] }> = {
  name: "ecr",
  schema: z.object({ repositories: z.array(repositorySchema) }),
  empty: () => ({ repositories: [] }),
};

export const repositoryArn = (parts: Parts, name: string): string => parts.world.arn("ecr", `repository/${name}`);

/** Host and port of the registry, as they stand at the beginning of a reference. */
export const registryHost = (parts: Parts): string => new URL(parts.get(address).url).host;

/** What images of it are pushed to and pulled by: this rehearsal's own address instead of AWS's. */
export const repositoryUri = (parts: Parts, name: string): string => `${registryHost(parts)}/${name}`;

export const findRepository = (parts: Parts, name: string): RepositoryRecord | undefined => parts.world.slice(ecrSlice).repositories.find((repository) => repository.name === name);

/** Throws RepositoryNotFoundException. There is no registry but the account's own. */
export function repositoryOf(parts: Parts, { repositoryName = "", registryId = parts.world.account }: { readonly repositoryName?: string | undefined; readonly registryId?: string | undefined }): RepositoryRecord {
  const found = registryId === parts.world.account ? findRepository(parts, repositoryName) : undefined;
  if (found === undefined) throw new AwsError("RepositoryNotFoundException", `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`);
  return found;
}
