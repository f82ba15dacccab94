import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository/index.js";
import { Construct } from "constructs";

export interface RegistryProps {
  /** Service -> repository's name. */
  readonly repositories: Readonly<Record<string, string>>;
}

/**
 * A repository for each image. A tag is a commit's for ever, and nothing with images in
 * it can be deleted.
 *
 * ECR's lifecycle cannot see what ECS runs. It has no exceptions either: an image that
 * an earlier rule has matched is not looked at by a later one. So the first rule takes
 * what the pipeline has tagged `released-<family>-<revision>-<tag>` out of the others' reach.
 */
export class Registry extends Construct {
  readonly repositories: Readonly<Record<string, EcrRepository>>;

  constructor(scope: Construct, id: string, { repositories }: RegistryProps) {
    super(scope, id);
    this.repositories = Object.fromEntries(Object.entries(repositories).map(([service, name]) => [service, this.#repository(service, name)]));
  }

  #repository(service: string, name: string): EcrRepository {
    const repository = new EcrRepository(this, service, {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS" }],
      forceDelete: false,
    });
    new EcrLifecyclePolicy(this, `${service}-lifecycle`, { repository: repository.name, policy: JSON.stringify({ rules: lifecycleRules }) });
    return repository;
  }
}

/** Kept in the order of their priority. A release that is older than 300 others is past every rollback. */
export const lifecycleRules = [
  { rulePriority: 1, description: "Released images stay, up to 300 of them", selection: { tagStatus: "tagged", tagPrefixList: ["released-"], countType: "imageCountMoreThan", countNumber: 300 }, action: { type: "expire" } },
  { rulePriority: 2, description: "The first task of a new service needs its image", selection: { tagStatus: "tagged", tagPrefixList: ["bootstrap"], countType: "imageCountMoreThan", countNumber: 10 }, action: { type: "expire" } },
  { rulePriority: 3, description: "Images that lost their tag go after a week", selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 }, action: { type: "expire" } },
  { rulePriority: 4, description: "Images that nobody released go after 90 days", selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 90 }, action: { type: "expire" } },
] as const;
