import { createHash } from "node:crypto";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { pack } from "tar-stream";
import type { RehearsalOptions } from "../../../src/aws-rehearsal.ts";
import { startRehearsal } from "../../support/rehearsal.ts";

export const sha256 = (bytes: string | Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A rehearsal with repositories, logged in to: `ask` sends what it is given to the registry. */
export async function startRegistry(options: RehearsalOptions & { readonly repositories?: readonly string[]; readonly mutability?: "MUTABLE" | "IMMUTABLE" } = {}): Promise<Awaited<ReturnType<typeof startRehearsal>> & { readonly ecr: ECRClient; readonly password: string; readonly ask: Ask }> {
  const { repositories = ["notes/api"], mutability = "MUTABLE", ...rest } = options;
  const started = await startRehearsal(rest);
  const ecr = new ECRClient(started.client);
  for (const repositoryName of repositories) await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: mutability }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
  const ask: Ask = async (method, path, { headers = {}, body } = {}) => fetch(new URL(path, started.rehearsal.url), { method, headers: { authorization, ...headers }, ...(body === undefined ? {} : { body }) });
  return { ...started, ecr, password: Buffer.from(authorization.slice("Basic ".length), "base64").toString().slice("AWS:".length), ask };
}

export type Ask = (method: string, path: string, more?: { readonly headers?: Record<string, string>; readonly body?: string | Uint8Array<ArrayBuffer> }) => Promise<Response>;

export const dockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** The blobs of an image that holds one file, always the same for the same text. */
export async function makeImage(text: string, architecture = process.arch === "x64" ? "amd64" : process.arch): Promise<{ readonly layer: Buffer<ArrayBuffer>; readonly config: string; readonly manifest: string; readonly digest: string }> {
  const archive = pack();
  archive.entry({ name: "hello", mode: 0o644, mtime: new Date(0) }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const layer = Buffer.concat(chunks);
  const config = JSON.stringify({ architecture, os: "linux", config: { Cmd: ["/hello"] }, history: [{ created: "2026-01-15T12:00:00Z", created_by: "COPY hello" }], rootfs: { type: "layers", diff_ids: [sha256(layer)] } });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: dockerManifestType,
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: config.length, digest: sha256(config) },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar", size: layer.length, digest: sha256(layer) }],
  });
  return { layer, config, manifest, digest: sha256(manifest) };
}

export const pushBlob = async (ask: Ask, repository: string, bytes: string | Uint8Array<ArrayBuffer>): Promise<Response> => ask("POST", `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`, { body: bytes });

/** Returns its digest. */
export async function pushImage(ask: Ask, repository: string, tag: string, text = "hello"): Promise<string> {
  const { layer, config, manifest, digest } = await makeImage(text);
  await pushBlob(ask, repository, layer);
  await pushBlob(ask, repository, config);
  const answer = await ask("PUT", `/v2/${repository}/manifests/${tag}`, { headers: { "content-type": dockerManifestType }, body: manifest });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return digest;
}
