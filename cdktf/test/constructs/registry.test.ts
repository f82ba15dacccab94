import { expect, it } from "vitest";
import { lifecycleRules } from "../../src/constructs/registry/registry.ts";
import { accountStack } from "../support/account.ts";

it("makes a repository for each image, whose tags stay, which scans, encrypts, and is not deleted with images in it", () => {
  const repositories = Object.values(accountStack().all("aws_ecr_repository"));
  expect(repositories.map(({ name }) => name)).toEqual(["notes-backend", "notes-frontend", "notes-proxy", "notes-database"]);
  for (const repository of repositories) expect(repository).toMatchObject({ image_tag_mutability: "IMMUTABLE", force_delete: false, image_scanning_configuration: { scan_on_push: true }, encryption_configuration: [{ encryption_type: "KMS" }] });
});

it("takes released images out of reach before it lets unreleased ones go by age, and the rest by count", () => {
  const policies = Object.values(accountStack().all("aws_ecr_lifecycle_policy")).map(({ policy }): unknown => JSON.parse(String(policy)));
  expect(policies).toHaveLength(4);
  for (const policy of policies) expect(policy).toEqual({ rules: lifecycleRules });
  const [released, ...others] = lifecycleRules;
  expect(released.selection).toMatchObject({ tagPrefixList: ["released-"], countType: "imageCountMoreThan" });
  // ECR wants the rule that sees all tags last, and each priority once.
  expect(lifecycleRules.map(({ rulePriority }) => rulePriority)).toEqual([1, 2, 3, 4]);
  expect(others.at(-1)?.selection.tagStatus).toBe("any");
});
