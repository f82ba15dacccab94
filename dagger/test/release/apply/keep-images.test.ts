import { DescribeImagesCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { expect, it } from "vitest";
import { blobStore } from "../../../../ci/rehearsal/src/registry/blob-store.ts";
import { ecrSlice } from "../../../../ci/rehearsal/src/services/ecr/state.ts";
import type { AwsClients } from "../../../src/release/aws/clients.ts";
import { keepImages, releasedTag } from "../../../src/release/keep-images.ts";
import { startWorld, type StartedWorld } from "../support/start-world.ts";

const repository = "notes-backend";
const mediaType = "application/vnd.oci.image.manifest.v1+json";
const state = "Nothing runs yet.";
const keeping = async (clients: AwsClients, digest: string, tag = "released-notes-task-7-aaaaaaa"): Promise<void> => keepImages([{ repository, digest }], tag, { clients, signal: new AbortController().signal, state });

/** An image that is really there: its digest. */
async function pushed({ rehearsal, clients }: StartedWorld, content: string): Promise<string> {
  const { parts } = rehearsal;
  const store = parts.get(blobStore);
  const [config, layer] = [Buffer.from(JSON.stringify({ content })), Buffer.from(content)];
  const [configDigest, layerDigest] = [await store.write(config), await store.write(layer)];
  parts.world.slice(ecrSlice).repositories.find(({ name }) => name === repository)?.blobs.push(configDigest, layerDigest);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: configDigest, size: config.byteLength },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: layerDigest, size: layer.byteLength }],
  });
  const { image } = await (await clients.ecr()).send(new PutImageCommand({ repositoryName: repository, imageManifest: manifest, imageManifestMediaType: mediaType, imageTag: content }));
  return image?.imageId?.imageDigest ?? expect.fail("it was not pushed");
}

const tagsOf = async ({ clients }: StartedWorld, imageDigest: string): Promise<readonly string[]> =>
  (await (await clients.ecr()).send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageDigest }] }))).imageDetails?.[0]?.imageTags ?? [];

it("tags an image as released beside the commit's tag, and again without a word", async () => {
  const world = await startWorld();
  const digest = await pushed(world, "aaaaaaa");
  const deployer = await world.clientsAs("notes-deployer");
  await keeping(deployer, digest);
  await keeping(deployer, digest);
  expect(await tagsOf(world, digest)).toEqual(["aaaaaaa", "released-notes-task-7-aaaaaaa"]);
});

it("takes no tag from another image, and says what was not done", async () => {
  const world = await startWorld();
  const [one, other] = [await pushed(world, "aaaaaaa"), await pushed(world, "bbbbbbb")];
  await keeping(world.clients, one);
  await expect(keeping(world.clients, other)).rejects.toMatchObject({ message: expect.stringContaining(state) as string });
  expect(await tagsOf(world, other)).toEqual(["bbbbbbb"]);
});

it("names the action that it may not do", async () => {
  const world = await startWorld({
    change: ({ data }) => {
      const statements = (data["aws_iam_policy_document"]?.["deployer"]?.["statement"] ?? []) as { actions: string[] }[];
      for (const statement of statements) statement.actions = statement.actions.filter((action) => action !== "ecr:PutImage");
    },
  });
  const digest = await pushed(world, "aaaaaaa");
  await expect(keeping(await world.clientsAs("notes-deployer"), digest)).rejects.toMatchObject({ code: "ACCESS_DENIED", happened: expect.stringContaining("ecr:PutImage") as string });
});

it("leaves to the deployment what is gone", async () => {
  const world = await startWorld();
  await expect(keeping(world.clients, `sha256:${"0".repeat(64)}`)).resolves.toBeUndefined();
});

it.each([
  ["arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:42", "1a2b3c4", "released-notes-task-42-1a2b3c4"],
  [`arn:aws:ecs:eu-west-1:123456789012:task-definition/${"x".repeat(255)}:42`, "1a2b3c4", `released-${"x".repeat(60)}-42-1a2b3c4`],
])("%s of %s is %s", (arn, tag, expected) => {
  expect(releasedTag(arn, tag)).toBe(expected);
});
