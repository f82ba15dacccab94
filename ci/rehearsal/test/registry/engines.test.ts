import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CreateRepositoryCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { pack } from "tar-stream";
import { expect, it, onTestFinished } from "vitest";
import { findImage, imageArchive, imageIdOf } from "../../src/services/ecr/images.ts";
import { makeImage, pushImage, startRegistry } from "./support/push-image.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-test-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Podman with images of its own, so that the test touches nobody else's. */
async function startPodman(): Promise<(...args: readonly string[]) => Promise<string>> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "auth.json"), "{}");
  return async (...args) => (await execa("podman", ["--root", join(folder, "root"), "--runroot", join(folder, "run"), "--storage-driver", "vfs", ...args], { env: { REGISTRY_AUTH_FILE: join(folder, "auth.json") } })).stdout;
}

async function writeArchive(file: string, name: string, text: string): Promise<void> {
  const { layer, config } = await makeImage(text);
  const archive = pack();
  archive.entry({ name: "layer.tar" }, layer);
  archive.entry({ name: "config.json" }, config);
  archive.entry({ name: "manifest.json" }, JSON.stringify([{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]));
  archive.finalize();
  await pipeline(archive, createWriteStream(file));
}

it("is pushed to and pulled from by podman, with layers compressed", async () => {
  const { rehearsal, password, ecr } = await startRegistry();
  const podman = await startPodman();
  const folder = await temporaryFolder();
  const reference = `${new URL(rehearsal.url).host}/notes/api:v1`;
  await writeArchive(join(folder, "image.tar"), reference, "hello");
  await podman("load", "-i", join(folder, "image.tar"));
  const id = await podman("image", "inspect", "--format", "{{.Id}}", reference);
  await podman("login", "--tls-verify=false", "--username", "AWS", "--password", password, new URL(rehearsal.url).host);
  await podman("push", "--tls-verify=false", reference);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "notes/api" }));
  expect(imageDetails?.[0]?.imageTags).toEqual(["v1"]);
  const byDigest = `${new URL(rehearsal.url).host}/notes/api@${imageDetails?.[0]?.imageDigest ?? ""}`;
  await podman("rmi", "--force", "--all");
  await podman("pull", "--tls-verify=false", byDigest);
  expect(await podman("image", "inspect", "--format", "{{.Id}}", byDigest)).toBe(id);
  // A layer that another repository has is mounted, or pushed again; either way it is stored once.
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "notes/web" }));
  await podman("push", "--tls-verify=false", byDigest, reference.replace("api", "web"));
  await expect(podman("push", "--tls-verify=false", byDigest, reference.replace("api", "absent"))).rejects.toThrow(/The repository with name 'notes\/absent' does not exist/);
  await expect(podman("pull", "--tls-verify=false", "--creds", "AWS:wrong", reference)).rejects.toThrow(/unauthorized|authentication required/i);

  // The same as an archive, for an engine that cannot reach this address.
  const archive = join(folder, "loaded.tar");
  await imageArchive(rehearsal.parts, byDigest, archive);
  await podman("rmi", "--force", "--all");
  await podman("load", "-i", archive);
  const loadedAs = findImage(rehearsal.parts, byDigest)?.loadedAs ?? "";
  expect(await podman("image", "inspect", "--format", "{{.Id}}", loadedAs)).toBe(id);
  expect(await imageIdOf(rehearsal.parts, byDigest)).toBe(`sha256:${id}`);
});

it("finds images by the references of this machine and of the account's own registry", async () => {
  const { rehearsal, ask } = await startRegistry();
  const digest = await pushImage(ask, "notes/api", "v1");
  const { host } = new URL(rehearsal.url);
  const find = (reference: string): string | undefined => findImage(rehearsal.parts, reference)?.digest;
  for (const found of [`${host}/notes/api:v1`, `${host}/notes/api@${digest}`, `${host}/notes/api:gone@${digest}`, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes/api:v1", "localhost:1/notes/api:v1"]) expect([found, find(found)]).toEqual([found, digest]);
  for (const absent of [`${host}/notes/api`, `${host}/notes/api:v2`, `${host}/notes/web:v1`, `${host}/notes/api@sha256:${"0".repeat(64)}`, "docker.io/notes/api:v1", "notes/api:v1", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/notes/api:v1", "", `${host}/../x:v1`]) expect([absent, find(absent)]).toEqual([absent, undefined]);
  await expect(imageArchive(rehearsal.parts, `${host}/notes/api:v2`, "/nowhere")).rejects.toThrow("is not in the rehearsal's registry");
});

it("writes this machine's image of an index of several platforms", async () => {
  const { rehearsal, ask } = await startRegistry();
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const other = await pushImage(ask, "notes/api", "other", "other");
  const mine = await pushImage(ask, "notes/api", "mine", "mine");
  const type = "application/vnd.oci.image.index.v1+json";
  const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
  const manifests = [
    { mediaType, digest: other, size: 1, platform: { os: "linux", architecture: "s390x" } },
    { mediaType, digest: mine, size: 1, platform: { os: "linux", architecture } },
  ];
  await ask("PUT", "/v2/notes/api/manifests/all", { headers: { "content-type": type }, body: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }) });
  const podman = await startPodman();
  const archive = join(await temporaryFolder(), "image.tar");
  const reference = `${new URL(rehearsal.url).host}/notes/api:all`;
  await imageArchive(rehearsal.parts, reference, archive);
  await podman("load", "-i", archive);
  const { config } = await makeImage("mine");
  expect(await podman("image", "inspect", "--format", "{{.Id}}", findImage(rehearsal.parts, reference)?.loadedAs ?? "")).toBe(createHash("sha256").update(config).digest("hex"));
});
