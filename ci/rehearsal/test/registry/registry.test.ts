import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { expect, it, onTestFinished } from "vitest";
import { createRole, putRolePolicy } from "../../src/iam/create.ts";
import { asRole } from "../../src/iam/roles.ts";
import { BlobStore, blobStore } from "../../src/registry/blob-store.ts";
import { pullAccess } from "../../src/services/ecr/images.ts";
import { issueToken } from "../../src/services/ecr/tokens.ts";
import { startMs } from "../support/rehearsal.ts";
import { dockerManifestType, makeImage, pushBlob, pushImage, sha256, startRegistry, type Ask } from "./support/push-image.ts";

const uploads = "/v2/notes/api/blobs/uploads/";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-test-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** With a folder to look into. */
async function startWithFolder(repositories = ["notes/api"]): Promise<Awaited<ReturnType<typeof startRegistry>> & { readonly stored: () => Promise<string[]>; readonly unfinished: () => Promise<string[]> }> {
  const folder = await temporaryFolder();
  const started = await startRegistry({
    repositories,
    prepare: (parts) => {
      parts.provide(blobStore, new BlobStore(folder));
    },
  });
  return { ...started, stored: async () => readdir(join(folder, "sha256")), unfinished: async () => readdir(join(folder, "uploads")) };
}

const errorOf = async (answer: Response): Promise<readonly [number, string]> => {
  const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] };
  return [answer.status, errors[0]?.code ?? ""];
};

const begin = async (ask: Ask): Promise<string> => (await ask("POST", uploads)).headers.get("location") ?? "";

it("asks for a password, and takes only its own", async () => {
  const { ask } = await startRegistry();
  const without = await ask("GET", "/v2/", { headers: { authorization: "" } });
  expect(without.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
  expect(await errorOf(without)).toEqual([401, "UNAUTHORIZED"]);
  for (const wrong of ["Basic x", `Basic ${btoa("AWS:wrong")}`, `Basic ${btoa("root:")}`, "Bearer x"]) {
    expect((await ask("POST", uploads, { headers: { authorization: wrong }, body: "x" })).status).toBe(401);
  }
  const right = await ask("GET", "/v2/");
  expect([right.status, right.headers.get("docker-distribution-api-version")]).toEqual([200, "registry/2.0"]);
});

it("takes a layer in chunks, and tells how far it is", async () => {
  const { ask } = await startRegistry();
  const location = await begin(ask);
  const first = await ask("PATCH", location, { headers: { "content-range": "0-4" }, body: "hello" });
  expect([first.status, first.headers.get("range")]).toEqual([202, "0-4"]);
  const wrong = await ask("PATCH", location, { headers: { "content-range": "7-8" }, body: "xx" });
  expect([wrong.status, wrong.headers.get("range")]).toEqual([416, "0-4"]);
  expect(await errorOf(await ask("PATCH", location, { headers: { "content-range": "5-9" }, body: "xx" }))).toEqual([400, "SIZE_INVALID"]);
  const progress = await ask("GET", location);
  expect([progress.status, progress.headers.get("range")]).toEqual([204, "0-4"]);
  await ask("PATCH", location, { body: " wor" });
  const done = await ask("PUT", `${location}?digest=${sha256("hello world")}`, { headers: { "content-range": "9-10" }, body: "ld" });
  expect([done.status, done.headers.get("location")]).toEqual([201, `/v2/notes/api/blobs/${sha256("hello world")}`]);
  expect(await (await ask("GET", `/v2/notes/api/blobs/${sha256("hello world")}`)).text()).toBe("hello world");
  expect(await errorOf(await ask("PATCH", location, { body: "more" }))).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
});

it("takes an empty layer", async () => {
  const { ask } = await startRegistry();
  expect((await ask("PUT", `${await begin(ask)}?digest=${sha256("")}`)).status).toBe(201);
  expect((await ask("HEAD", `/v2/notes/api/blobs/${sha256("")}`)).headers.get("content-length")).toBe("0");
});

it("takes a layer of 10 MB whole, and gives parts of it", async () => {
  const { ask } = await startRegistry();
  const layer = randomBytes(10_000_000);
  expect((await pushBlob(ask, "notes/api", layer)).status).toBe(201);
  const path = `/v2/notes/api/blobs/${sha256(layer)}`;
  expect((await ask("HEAD", path)).headers.get("content-length")).toBe("10000000");
  const part = await ask("GET", path, { headers: { range: "bytes=9999990-" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 9999990-9999999/10000000"]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(layer.subarray(-10));
  expect(Buffer.from(await (await ask("GET", path, { headers: { range: "bytes=-3" } })).arrayBuffer())).toEqual(layer.subarray(-3));
  expect((await ask("GET", path, { headers: { range: "bytes=10000000-" } })).status).toBe(416);
  expect(sha256(Buffer.from(await (await ask("GET", path)).arrayBuffer()))).toBe(sha256(layer));
});

it("keeps nothing of a layer with a wrong digest, or none", async () => {
  const { ask, stored, unfinished } = await startWithFolder();
  for (const digest of [sha256("other"), "sha256:../../../../etc/passwd", "md5:abc", ""]) {
    expect(await errorOf(await ask("PUT", `${await begin(ask)}?digest=${digest}`, { body: "layer" }))).toEqual([400, "DIGEST_INVALID"]);
    expect(await errorOf(await ask("POST", `${uploads}?digest=${digest}`, { body: "layer" }))).toEqual([400, "DIGEST_INVALID"]);
  }
  expect([await stored(), await unfinished()]).toEqual([[], []]);
});

it.each([["PATCH", ["file"]], ["PUT", []]] as const)("keeps nothing of a %s that breaks off", async (method, left) => {
  const { ask, rehearsal, password, stored, unfinished } = await startWithFolder();
  const location = await begin(ask);
  await ask("PATCH", location, { body: "hello" });
  const brokenOff = new Promise<void>((resolve) => {
    rehearsal.parts.timeline.subscribe(({ what }) => {
      if (what === "upload-broken-off") resolve();
    });
  });
  const sending = request(new URL(`${location}?digest=${sha256("hello world")}`, rehearsal.url), { method, auth: `AWS:${password}`, headers: { "content-length": 1000 } });
  sending.on("error", () => undefined);
  sending.write(" wor", () => {
    sending.destroy();
  });
  await brokenOff;
  await expect.poll(async () => (await unfinished()).length).toBe(left.length);
  expect(await stored()).toEqual([]);
  // What was there before goes on.
  if (method === "PATCH") expect((await ask("PUT", `${location}?digest=${sha256("hello!")}`, { body: "!" })).status).toBe(201);
});

it("forgets an upload that is cancelled", async () => {
  const { ask, unfinished } = await startWithFolder();
  const location = await begin(ask);
  await ask("PATCH", location, { body: "hello" });
  expect((await ask("DELETE", location)).status).toBe(204);
  expect((await ask("GET", location)).status).toBe(404);
  expect(await unfinished()).toEqual([]);
});

it("stores a layer once for all repositories, and shows it only in those that it was pushed to", async () => {
  const { ask, stored } = await startWithFolder(["notes/api", "notes/web", "notes/db"]);
  await pushBlob(ask, "notes/api", "layer");
  expect((await ask("HEAD", `/v2/notes/web/blobs/${sha256("layer")}`)).status).toBe(404);
  const mounted = await ask("POST", `/v2/notes/web/blobs/uploads/?mount=${sha256("layer")}&from=notes/api`);
  expect([mounted.status, mounted.headers.get("location")]).toEqual([201, `/v2/notes/web/blobs/${sha256("layer")}`]);
  expect((await ask("POST", `/v2/notes/web/blobs/uploads/?mount=${sha256("none")}&from=notes/api`)).status).toBe(202);
  expect((await ask("POST", `/v2/notes/web/blobs/uploads/?mount=../../x&from=../..`)).status).toBe(202);
  await pushBlob(ask, "notes/db", "layer");
  for (const name of ["notes/web", "notes/db"]) expect((await ask("HEAD", `/v2/${name}/blobs/${sha256("layer")}`)).status).toBe(200);
  expect(await stored()).toHaveLength(1);
});

it("takes the same layer from two pushes at once", async () => {
  const { ask, stored, unfinished } = await startWithFolder();
  const layer = randomBytes(3_000_000);
  const answers = await Promise.all([pushBlob(ask, "notes/api", layer), pushBlob(ask, "notes/api", layer)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(sha256(Buffer.from(await (await ask("GET", `/v2/notes/api/blobs/${sha256(layer)}`)).arrayBuffer()))).toBe(sha256(layer));
  expect([(await stored()).length, await unfinished()]).toEqual([1, []]);
});

it("gives an image by tag and by digest as it was pushed", async () => {
  const { ask, clock, ecr } = await startRegistry();
  const digest = await pushImage(ask, "notes/api", "v1");
  await clock.advance(60_000);
  for (const reference of ["v1", digest]) {
    const head = await ask("HEAD", `/v2/notes/api/manifests/${reference}`);
    expect([head.status, head.headers.get("docker-content-digest"), head.headers.get("content-type")]).toEqual([200, digest, dockerManifestType]);
    expect(sha256(await (await ask("GET", `/v2/notes/api/manifests/${reference}`)).text())).toBe(digest);
  }
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "notes/api" }));
  expect(imageDetails?.[0]?.lastRecordedPullTime).toEqual(new Date(startMs + 60_000));
  expect(await errorOf(await ask("GET", "/v2/notes/api/manifests/v2"))).toEqual([404, "MANIFEST_UNKNOWN"]);
});

it("refuses to move an immutable tag in ECR's words, and takes the same image again", async () => {
  const { ask } = await startRegistry({ mutability: "IMMUTABLE" });
  await pushImage(ask, "notes/api", "v1");
  await pushImage(ask, "notes/api", "v1");
  await pushImage(ask, "notes/api", "v2", "other");
  const other = await makeImage("other");
  const answer = await ask("PUT", "/v2/notes/api/manifests/v1", { headers: { "content-type": dockerManifestType }, body: other.manifest });
  expect([answer.status, await answer.json()]).toEqual([400, { errors: [{ code: "TAG_INVALID", message: "The image tag 'v1' already exists in the 'notes/api' repository and cannot be overwritten because the tag is immutable.", detail: null }] }]);
});

it("refuses manifests that are none, too long, mislabelled or not whole", async () => {
  const { ask } = await startRegistry();
  const { manifest } = await makeImage("hello");
  const put = async (body: string, reference = "v1", type = dockerManifestType): Promise<readonly [number, string]> => errorOf(await ask("PUT", `/v2/notes/api/manifests/${reference}`, { headers: { "content-type": type }, body }));
  expect(await put(manifest)).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
  expect(await put("not JSON")).toEqual([400, "MANIFEST_INVALID"]);
  expect(await put(JSON.stringify({ ...(JSON.parse(manifest) as object), layers: "none" }))).toEqual([400, "MANIFEST_INVALID"]);
  expect(await put(manifest, "v1", "application/vnd.oci.image.manifest.v1+json")).toEqual([400, "MANIFEST_INVALID"]);
  expect(await put(manifest, sha256("other"))).toEqual([400, "DIGEST_INVALID"]);
  expect(await put(manifest, "-x")).toEqual([400, "TAG_INVALID"]);
  expect(await put(manifest, "x".repeat(129))).toEqual([400, "TAG_INVALID"]);
  expect(await put("x".repeat(4 * 1024 * 1024 + 1))).toEqual([413, "SIZE_INVALID"]);
  expect(((await (await ask("GET", "/v2/notes/api/tags/list")).json()) as { tags: string[] }).tags).toEqual([]);
});

it("takes an index of images that it has, and no other", async () => {
  const { ask } = await startRegistry();
  const digest = await pushImage(ask, "notes/api", "v1");
  const type = "application/vnd.oci.image.index.v1+json";
  const index = (of: string): string => JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [{ mediaType: dockerManifestType, digest: of, size: 1, platform: { os: "linux", architecture: "amd64" } }] });
  expect(await errorOf(await ask("PUT", "/v2/notes/api/manifests/all", { headers: { "content-type": type }, body: index(sha256("none")) }))).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
  expect((await ask("PUT", "/v2/notes/api/manifests/all", { headers: { "content-type": type }, body: index(digest) })).status).toBe(201);
  expect((await ask("GET", "/v2/notes/api/manifests/all")).headers.get("content-type")).toBe(type);
});

it("lists tags in pages", async () => {
  const { ask } = await startRegistry();
  for (const tag of ["c", "a", "b"]) await pushImage(ask, "notes/api", tag);
  const first = await ask("GET", "/v2/notes/api/tags/list?n=2");
  expect(await first.json()).toEqual({ name: "notes/api", tags: ["a", "b"] });
  expect(first.headers.get("link")).toBe('</v2/notes/api/tags/list?n=2&last=b>; rel="next"');
  const second = await ask("GET", "/v2/notes/api/tags/list?n=2&last=b");
  expect([await second.json(), second.headers.get("link")]).toEqual([{ name: "notes/api", tags: ["c"] }, null]);
  expect(await errorOf(await ask("GET", "/v2/notes/api/tags/list?n=-1"))).toEqual([400, "PAGINATION_NUMBER_INVALID"]);
});

it("refuses a repository that was not created, and deletions, by their codes", async () => {
  const { ask } = await startRegistry();
  const digest = await pushImage(ask, "notes/api", "v1");
  expect(await errorOf(await ask("POST", "/v2/absent/blobs/uploads/"))).toEqual([404, "NAME_UNKNOWN"]);
  expect(await errorOf(await ask("GET", "/v2/absent/tags/list"))).toEqual([404, "NAME_UNKNOWN"]);
  expect(await errorOf(await ask("GET", "/v2/_catalog"))).toEqual([404, "UNSUPPORTED"]);
  expect(await errorOf(await ask("DELETE", `/v2/notes/api/manifests/${digest}`))).toEqual([405, "UNSUPPORTED"]);
  expect(await errorOf(await ask("DELETE", `/v2/notes/api/blobs/${digest}`))).toEqual([405, "UNSUPPORTED"]);
  expect(await errorOf(await ask("GET", "/v2/notes/api/blobs/sha256:12"))).toEqual([400, "DIGEST_INVALID"]);
});

it("lets a role do what its policies say, and no more", async () => {
  const { ask, rehearsal } = await startRegistry({ repositories: ["notes/api", "notes/web"] });
  const { parts } = rehearsal;
  const digest = await pushImage(ask, "notes/api", "v1");
  createRole(parts, { RoleName: "puller", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }] }) });
  const allowed = pullAccess(parts, "notes/api").map(({ action, resource }) => ({ Effect: "Allow", Action: action, Resource: resource }));
  putRolePolicy(parts, { RoleName: "puller", PolicyName: "pull", PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: allowed }) });
  const authorization = `Basic ${btoa(`AWS:${issueToken(parts, asRole(parts, "puller", "test")).password}`)}`;
  const asPuller = async (method: string, path: string): Promise<Response> => ask(method, path, { headers: { authorization } });
  const { layer } = await makeImage("hello");
  for (const path of [`manifests/${digest}`, `blobs/${sha256(layer)}`]) expect((await asPuller("GET", `/v2/notes/api/${path}`)).status).toBe(200);
  for (const [method, path] of [["POST", uploads], ["PUT", "/v2/notes/api/manifests/v2"], ["GET", "/v2/notes/web/manifests/v1"], ["GET", "/v2/notes/api/tags/list"]] as const) {
    const answer = await asPuller(method, path);
    const { errors } = (await answer.json()) as { errors: unknown[] };
    expect([answer.status, errors[0]]).toEqual([403, { code: "DENIED", message: expect.stringMatching(/assumed-role\/puller\/test is not authorized to perform: ecr:\w+ on resource: arn:aws:ecr:/) as string, detail: null }]);
  }
});

it.each(["/v2/../../etc/passwd/manifests/x", "/v2/..%2f..%2fetc/manifests/x", "/v2/notes/api/../../x/tags/list", "/v2/Notes/tags/list", "/v2/notes/api/blobs/..%2f..%2f..%2fetc%2fpasswd", "/v2/notes/api/manifests/%2e%2e%2f%2e%2e", "/v2/notes/api/blobs/%zz", "/v2/notes/api/blobs/uploads/..%2fx"])(
  "finds nothing at the hostile path %s",
  async (path) => {
    const { rehearsal, password } = await startRegistry();
    const { hostname, port } = new URL(rehearsal.url);
    const sending = request({ hostname, port, path, auth: `AWS:${password}` });
    sending.end();
    const [answer] = (await once(sending, "response")) as [IncomingMessage];
    answer.resume();
    expect([400, 404]).toContain(answer.statusCode);
  },
);

it("sweeps what a killed process left half-way, and keeps what was whole", async () => {
  const folder = await temporaryFolder();
  const first = new BlobStore(folder);
  const digest = await first.write(Buffer.from("whole"));
  first.begin("left", "notes/api");
  await first.append("left", Readable.from([Buffer.from("half")]));
  const second = new BlobStore(folder);
  expect(await readdir(join(folder, "uploads"))).toEqual([]);
  expect((await second.read(digest))?.toString()).toBe("whole");
  expect(() => second.path("sha256:../x")).toThrow("not a digest");
});
