import type { IncomingMessage } from "node:http";
import { imageOf } from "../services/ecr/image-ids.ts";
import { putImage } from "../services/ecr/put-image.ts";
import { repositoryOf } from "../services/ecr/state.ts";
import { answer, mayDo, unsupported, type RegistryCall } from "./registry-call.ts";
import { RegistryError } from "./registry-error.ts";

/** Bytes; as the distribution specification asks of registries at least. */
const longestManifest = 4 * 1024 * 1024;

/** `/v2/<name>/manifests/<tag or digest>` */
export async function answerManifest(call: RegistryCall): Promise<void> {
  if (call.method === "PUT") return put(call);
  if (call.method !== "GET" && call.method !== "HEAD") throw unsupported(`${call.method} of a manifest; BatchDeleteImage deletes images`);
  return get(call);
}

async function get(call: RegistryCall): Promise<void> {
  const { parts, store, method, response, repositoryName, reference, caller } = call;
  mayDo(call, "BatchGetImage");
  const image = imageOf(parts, repositoryOf(parts, { repositoryName }), idOf(reference));
  const manifest = await store.read(image.digest);
  if (manifest === undefined) throw new RegistryError(404, "MANIFEST_UNKNOWN", `The rehearsal no longer has the file of the manifest '${image.digest}'`);
  response.writeHead(200, { "content-type": image.mediaType, "docker-content-digest": image.digest, etag: `"${image.digest}"`, "content-length": manifest.length });
  if (method === "HEAD") {
    response.end();
    return;
  }
  response.end(manifest);
  image.pulledMs = parts.clock.now();
  parts.timeline.add(`caller:${caller.arn}`, "image-pulled", { repository: repositoryName, digest: image.digest, reference });
  parts.world.changed();
}

async function put(call: RegistryCall): Promise<void> {
  const { parts, request, response, repositoryName, reference } = call;
  mayDo(call, "PutImage");
  const repository = repositoryOf(parts, { repositoryName });
  const bytes = await bodyOf(request);
  const { imageTag, imageDigest } = idOf(reference);
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim();
  const { digest } = await putImage(parts, repository, { bytes, mediaType, tag: imageTag, digest: imageDigest });
  parts.world.changed();
  answer(response, 201, { location: `/v2/${repositoryName}/manifests/${digest}`, "docker-content-digest": digest });
}

const idOf = (reference: string): { readonly imageTag?: string; readonly imageDigest?: string } => (reference.includes(":") ? { imageDigest: reference } : { imageTag: reference });

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longestManifest) chunks.push(chunk);
  }
  if (length > longestManifest) throw new RegistryError(413, "SIZE_INVALID", `The manifest has ${length} bytes; ${longestManifest} are the most`);
  return Buffer.concat(chunks);
}
