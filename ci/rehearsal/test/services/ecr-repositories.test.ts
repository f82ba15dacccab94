import { DeleteLifecyclePolicyCommand, DeleteRepositoryCommand, DescribeRepositoriesCommand, GetLifecyclePolicyCommand, ListImagesCommand, PutLifecyclePolicyCommand, CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import { pushImage, startRegistry } from "../registry/support/push-image.ts";

const repositoryName = "notes/api";

it("deletes a repository that is empty, and one with images by force only", async () => {
  const { ask, ecr } = await startRegistry();
  await pushImage(ask, repositoryName, "1");
  await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({ name: "RepositoryNotEmptyException", message: "The repository with name 'notes/api' in registry with id '123456789012' cannot be deleted because it still contains images" });
  expect((await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))).repository).toMatchObject({ repositoryName });
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  expect((await ask("GET", `/v2/${repositoryName}/manifests/1`)).status).toBe(404);
  await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
  // Another of that name has none of its images.
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
  await ecr.send(new DeleteRepositoryCommand({ repositoryName }));
});

it("keeps a lifecycle policy, and says that it expires nothing", async () => {
  const { ecr, rehearsal } = await startRegistry();
  const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 }, action: { type: "expire" } }] });
  await expect(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject({ name: "LifecyclePolicyNotFoundException" });
  await expect(ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{"rules":[]}' }))).rejects.toMatchObject({ name: "InvalidParameterException" });
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  expect(rehearsal.parts.timeline.since().at(-2)).toMatchObject({ what: "not-rehearsed", detail: { repository: repositoryName } });
  expect(await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).toMatchObject({ repositoryName, lifecyclePolicyText });
  await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
  await expect(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject({ name: "LifecyclePolicyNotFoundException" });
});
