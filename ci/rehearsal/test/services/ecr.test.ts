import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import { World } from "../../src/world/world.ts";
import { makeImage, pushBlob, pushImage, sha256, startRegistry } from "../registry/support/push-image.ts";
import { startMs, startRehearsal } from "../support/rehearsal.ts";

const repositoryName = "notes/api";

it("creates a repository whose images are pushed to the rehearsal's own address", async () => {
  const { client, rehearsal } = await startRehearsal();
  const { repository } = await new ECRClient(client).send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } }));
  expect(repository).toEqual({
    repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/notes/api",
    registryId: "123456789012",
    repositoryName,
    repositoryUri: `${new URL(rehearsal.url).host}/notes/api`,
    createdAt: new Date(startMs),
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: "AES256" },
  });
});

it.each(["Notes", "../etc/passwd", "a", "notes//api", "notes/api/", "-x", "x".repeat(257), "a..b"])("refuses the repository name %s", async (name) => {
  const { ecr } = await startRegistry();
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: name }))).rejects.toMatchObject({ name: "InvalidParameterException" });
});

it("refuses a repository that is there already, and one that is not", async () => {
  const { ecr } = await startRegistry();
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({ name: "RepositoryAlreadyExistsException", message: "The repository with name 'notes/api' already exists in the registry with id '123456789012'" });
  for (const input of [{ repositoryName: "absent" }, { repositoryName, registryId: "999999999999" }]) {
    await expect(ecr.send(new ListImagesCommand(input))).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
  }
});

it("lists repositories in pages", async () => {
  const { ecr } = await startRegistry({ repositories: ["ccc", "aaa", "bbb"] });
  const first = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
  expect(first.repositories?.map((repository) => repository.repositoryName)).toEqual(["aaa", "bbb"]);
  const second = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken: first.nextToken }));
  expect(second.repositories?.map((repository) => repository.repositoryName)).toEqual(["ccc"]);
  expect(second.nextToken).toBeUndefined();
  await expect(ecr.send(new DescribeRepositoriesCommand({ nextToken: "made up" }))).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(ecr.send(new DescribeRepositoriesCommand({ maxResults: 0 }))).rejects.toMatchObject({ name: "InvalidParameterException" });
});

it("hands out a token for the registry that is good for twelve hours", async () => {
  const { ecr, rehearsal, clock, ask } = await startRegistry();
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
  expect(authorizationData?.[0]).toMatchObject({ proxyEndpoint: rehearsal.url, expiresAt: new Date(startMs + 12 * 3_600_000) });
  expect(Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString()).toMatch(/^AWS:[0-9a-f]{64}$/);
  expect((await ask("GET", "/v2/")).status).toBe(200);
  await clock.advance(12 * 3_600_000);
  expect((await ask("GET", "/v2/")).status).toBe(401);
});

it("keeps no password in what is saved", async () => {
  const { password, rehearsal } = await startRegistry();
  expect(JSON.stringify(rehearsal.parts.world) + JSON.stringify(rehearsal.parts.timeline.since())).not.toContain(password);
});

it("describes and lists what was pushed", async () => {
  const { ecr, ask } = await startRegistry();
  const digest = await pushImage(ask, repositoryName, "one");
  await pushImage(ask, repositoryName, "two");
  const other = await pushImage(ask, repositoryName, "three", "other");
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toHaveLength(2);
  expect(imageDetails?.[0]).toMatchObject({ imageDigest: digest, imageTags: ["one", "two"], imagePushedAt: new Date(startMs), imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json" });
  expect((await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "three" }] }))).imageDetails?.[0]?.imageDigest).toBe(other);
  await expect(ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "none" }] }))).rejects.toMatchObject({
    name: "ImageNotFoundException",
    message: "The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'notes/api' in the registry with id '123456789012'",
  });
  const first = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 2 }));
  expect(first.imageIds).toEqual([
    { imageDigest: digest, imageTag: "one" },
    { imageDigest: digest, imageTag: "two" },
  ]);
  expect((await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 2, nextToken: first.nextToken }))).imageIds).toEqual([{ imageDigest: other, imageTag: "three" }]);
});

it("gets manifests as they were pushed, and says why of each that it cannot", async () => {
  const { ecr, ask } = await startRegistry();
  const digest = await pushImage(ask, repositoryName, "one");
  const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "one" }, { imageTag: "none" }, {}, { imageDigest: "nonsense" }, { imageTag: "../x" }, { imageDigest: digest, imageTag: "two" }] }));
  expect(images).toHaveLength(1);
  expect(sha256(images?.[0]?.imageManifest ?? "")).toBe(digest);
  expect(failures?.map(({ failureCode }) => failureCode)).toEqual(["ImageNotFound", "MissingDigestAndTag", "InvalidImageDigest", "InvalidImageTag", "ImageTagDoesNotMatchDigest"]);
});

it("puts an image again under another tag, and refuses what ECR refuses", async () => {
  const { ecr, ask } = await startRegistry({ mutability: "IMMUTABLE" });
  const digest = await pushImage(ask, repositoryName, "one");
  const { manifest } = await makeImage("hello");
  const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: "two" }));
  expect(image?.imageId).toEqual({ imageDigest: digest, imageTag: "two" });
  await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: "two" }))).rejects.toMatchObject({ name: "ImageAlreadyExistsException", message: `Image with digest '${digest}' and tag 'two' already exists in the repository with name 'notes/api' in registry with id '123456789012'` });
  await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: "three", imageDigest: sha256("other") }))).rejects.toMatchObject({ name: "ImageDigestDoesNotMatchException" });
  const other = await makeImage("other");
  await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: other.manifest, imageTag: "one" }))).rejects.toMatchObject({
    name: "ImageTagAlreadyExistsException",
    message: "The image tag 'one' already exists in the 'notes/api' repository and cannot be overwritten because the tag is immutable.",
  });
  await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: other.manifest, imageTag: "four" }))).rejects.toMatchObject({ name: "LayersNotFoundException", message: expect.stringContaining(sha256(other.layer)) as string });
  await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: "{", imageTag: "four" }))).rejects.toMatchObject({ name: "InvalidParameterException" });
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toHaveLength(2);
});

it("moves a mutable tag, and an excluded one of an immutable repository", async () => {
  const { ecr, ask } = await startRegistry();
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "mixed", imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }] }));
  for (const [name, tag] of [[repositoryName, "latest"], ["mixed", "dev-1"]] as const) {
    await pushImage(ask, name, tag);
    const digest = await pushImage(ask, name, tag, "other");
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: name, filter: { tagStatus: "TAGGED" } }));
    expect(imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([digest]);
  }
  await pushImage(ask, "mixed", "v1");
  await expect(pushImage(ask, "mixed", "v1", "other")).rejects.toThrow("400");
});

it("deletes a tag, and the image with its last one", async () => {
  const { ecr, ask } = await startRegistry();
  const digest = await pushImage(ask, repositoryName, "one");
  await pushImage(ask, repositoryName, "two");
  expect((await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: "one" }, { imageTag: "none" }] }))).failures?.[0]?.failureCode).toBe("ImageNotFound");
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([{ imageDigest: digest, imageTag: "two" }]);
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: "two" }] }));
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
});

it("says that it has no scanner instead of calling an image clean", async () => {
  const { ecr, ask } = await startRegistry();
  await pushImage(ask, repositoryName, "one");
  await expect(ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag: "one" } }))).rejects.toMatchObject({ name: "ScanNotFoundException", message: expect.stringContaining("the rehearsal has no scanner") as string });
});

it("tells which layers a repository has", async () => {
  const { ecr, ask } = await startRegistry();
  await pushBlob(ask, repositoryName, "layer");
  const { layers, failures } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [sha256("layer"), sha256("none"), "x"] }));
  expect(layers?.map(({ layerAvailability, layerSize }) => [layerAvailability, layerSize])).toEqual([
    ["AVAILABLE", 5],
    ["UNAVAILABLE", undefined],
  ]);
  expect(failures?.[0]?.failureCode).toBe("InvalidLayerDigest");
});

it("keeps tags of resources", async () => {
  const { ecr } = await startRegistry();
  const resourceArn = "arn:aws:ecr:eu-west-1:123456789012:repository/notes/api";
  await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: "team", Value: "notes" }] }));
  expect((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ Key: "team", Value: "notes" }]);
});

it("leaves uploads of layers to the registry, and says so", async () => {
  const { ecr } = await startRegistry();
  await expect(ecr.send(new InitiateLayerUploadCommand({ repositoryName }))).rejects.toThrow("does not have InitiateLayerUpload");
});

it("has everything again from what was saved", async () => {
  const first = await startRegistry();
  const digest = await pushImage(first.ask, repositoryName, "one");
  const world = World.restore(JSON.parse(JSON.stringify(first.rehearsal.parts.world)));
  const { client } = await startRehearsal({ world });
  expect((await new ECRClient(client).send(new DescribeImagesCommand({ repositoryName }))).imageDetails?.[0]?.imageDigest).toBe(digest);
});
