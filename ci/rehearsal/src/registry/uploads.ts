import { findRepository, repositoryArn, repositoryOf, type RepositoryRecord } from "../services/ecr/state.ts";
import { decide } from "../iam/authorise.ts";
import { isDigest } from "./blob-store.ts";
import { answer, mayDo, unsupported, type RegistryCall } from "./registry-call.ts";
import { RegistryError } from "./registry-error.ts";

/** `/v2/<name>/blobs/uploads/` and `/v2/<name>/blobs/uploads/<id>` */
export async function answerUpload(call: RegistryCall): Promise<void> {
  const { method, parts, store, response, repositoryName, reference: id } = call;
  if (id === "" ? method !== "POST" : !["GET", "PATCH", "PUT", "DELETE"].includes(method)) throw unsupported(`${method} of an upload`);
  mayDo(call, method === "POST" ? "InitiateLayerUpload" : method === "PUT" ? "CompleteLayerUpload" : "UploadLayerPart");
  const repository = repositoryOf(parts, { repositoryName });
  if (method === "POST") return begin(call, repository);
  const size = store.uploaded(id, repositoryName);
  if (size === undefined) throw new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", `The repository '${repositoryName}' has no upload '${id}'`);
  if (method === "GET") answer(response, 204, progress(call, id, size));
  else if (method === "PATCH") answer(response, 202, progress(call, id, await take(call, id, size)));
  else if (method === "PUT") await complete(call, repository, id);
  else {
    await store.cancel(id);
    answer(response, 204);
  }
}

async function begin(call: RegistryCall, repository: RepositoryRecord): Promise<void> {
  const { parts, store, query, response } = call;
  const mounted = query.get("mount");
  if (mounted !== null && (await canMount(call, mounted))) {
    keep(call, repository, mounted, "layer-mounted");
    answer(response, 201, blobHeaders(call, mounted));
    return;
  }
  const id = parts.ids.uuid();
  store.begin(id, repository.name);
  if (query.get("digest") !== null) await complete(call, repository, id);
  else answer(response, 202, progress(call, id, 0));
}

/** Whoever may not pull from the other repository uploads the layer. */
async function canMount({ query, parts, store, caller }: RegistryCall, digest: string): Promise<boolean> {
  const from = findRepository(parts, query.get("from") ?? "");
  if (from?.blobs.includes(digest) !== true || (await store.size(digest)) === undefined) return false;
  return decide(caller, { action: "ecr:GetDownloadUrlForLayer", resource: repositoryArn(parts, from.name) }, parts).isAllowed;
}

/** The body, to the end of what is there. Returns how much there is then. */
async function take({ request, store, parts, repositoryName }: RegistryCall, id: string, size: number): Promise<number> {
  const range = request.headers["content-range"];
  if (range !== undefined) {
    const [, start, end] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(range) ?? [];
    if (Number(start) !== size) throw new RegistryError(416, "BLOB_UPLOAD_INVALID", `The next byte of this upload is ${size}, and the chunk is '${range}'`, { range: rangeHeader(size) });
    const length = request.headers["content-length"];
    if (length !== undefined && Number(length) !== Number(end) - Number(start) + 1) throw new RegistryError(400, "SIZE_INVALID", `The chunk is '${range}', and has ${length} bytes`);
  }
  let uploaded: number | undefined;
  try {
    uploaded = await store.append(id, request);
  } catch (error) {
    parts.timeline.add("ecr", "upload-broken-off", { repository: repositoryName, bytesKept: size });
    throw error;
  }
  if (uploaded === undefined) throw new RegistryError(400, "BLOB_UPLOAD_INVALID", "Another request is writing to this upload");
  return uploaded;
}

async function complete(call: RegistryCall, repository: RepositoryRecord, id: string): Promise<void> {
  const { query, store, request, response } = call;
  const digest = query.get("digest") ?? "";
  let isKept = false;
  try {
    if (!isDigest(digest)) throw new RegistryError(400, "DIGEST_INVALID", `'${digest}' is not a sha256 digest`);
    if (hasBody(request.headers)) await take(call, id, store.uploaded(id, repository.name) ?? 0);
    const found = await store.finish(id, digest);
    if (found === undefined) throw new RegistryError(400, "BLOB_UPLOAD_INVALID", "Another request is writing to this upload");
    if (found !== digest) throw new RegistryError(400, "DIGEST_INVALID", `What was uploaded has the digest '${found}', not '${digest}'`);
    isKept = true;
  } finally {
    if (!isKept) await store.cancel(id);
  }
  keep(call, repository, digest, "layer-pushed");
  answer(response, 201, blobHeaders(call, digest));
}

function keep({ parts }: RegistryCall, repository: RepositoryRecord, digest: string, what: string): void {
  if (repository.blobs.includes(digest)) return;
  repository.blobs.push(digest);
  parts.timeline.add("ecr", what, { repository: repository.name, digest });
  parts.world.changed();
}

const hasBody = (headers: RegistryCall["request"]["headers"]): boolean => headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

const rangeHeader = (size: number): string => `0-${Math.max(size - 1, 0)}`;

const progress = ({ repositoryName }: RegistryCall, id: string, size: number): Record<string, string> => ({
  location: `/v2/${repositoryName}/blobs/uploads/${id}`,
  "docker-upload-uuid": id,
  range: rangeHeader(size),
});

const blobHeaders = ({ repositoryName }: RegistryCall, digest: string): Record<string, string> => ({ location: `/v2/${repositoryName}/blobs/${digest}`, "docker-content-digest": digest });
