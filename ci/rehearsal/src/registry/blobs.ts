import { pipeline } from "node:stream/promises";
import { repositoryOf } from "../services/ecr/state.ts";
import { isDigest } from "./blob-store.ts";
import { answer, mayDo, unsupported, type RegistryCall } from "./registry-call.ts";
import { RegistryError } from "./registry-error.ts";

/** `/v2/<name>/blobs/<digest>` */
export async function answerBlob(call: RegistryCall): Promise<void> {
  const { method, parts, store, response, request, repositoryName, reference: digest } = call;
  if (method !== "GET" && method !== "HEAD") throw unsupported(`${method} of a blob`);
  mayDo(call, method === "HEAD" ? "BatchCheckLayerAvailability" : "GetDownloadUrlForLayer");
  const repository = repositoryOf(parts, { repositoryName });
  if (!isDigest(digest)) throw new RegistryError(400, "DIGEST_INVALID", `'${digest}' is not a sha256 digest`);
  const size = repository.blobs.includes(digest) ? await store.size(digest) : undefined;
  if (size === undefined) throw new RegistryError(404, "BLOB_UNKNOWN", `The repository '${repositoryName}' has no blob '${digest}'`);
  const headers = { "content-type": "application/octet-stream", "docker-content-digest": digest, etag: `"${digest}"`, "accept-ranges": "bytes" };
  if (method === "HEAD") {
    answer(response, 200, { ...headers, "content-length": size });
    return;
  }
  const range = rangeOf(request.headers.range, size);
  if (range === "unsatisfiable") throw new RegistryError(416, "SIZE_INVALID", `The blob has ${size} bytes`, { "content-range": `bytes */${size}` });
  if (range === undefined) response.writeHead(200, { ...headers, "content-length": size });
  else response.writeHead(206, { ...headers, "content-length": range.end - range.start + 1, "content-range": `bytes ${range.start}-${range.end}/${size}` });
  await pipeline(store.stream(digest, range), response);
}

/** One range, as those have it who go on with a pull. What is none is not heeded, as HTTP says. */
export function rangeOf(header: string | undefined, size: number): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}
