import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../iam/caller.ts";
import type { Parts } from "../parts.ts";
import type { Mount } from "../server/http-server.ts";
import { whyForeign } from "../server/own-request.ts";
import { isRepositoryName } from "../services/ecr/create.ts";
import { registryHost } from "../services/ecr/state.ts";
import { callerOfToken } from "../services/ecr/tokens.ts";
import { blobStore } from "./blob-store.ts";
import { answerBlob } from "./blobs.ts";
import { answerManifest } from "./manifests.ts";
import type { RegistryCall } from "./registry-call.ts";
import { RegistryError, registryErrorOf } from "./registry-error.ts";
import { answerTags } from "./tags.ts";
import { answerUpload } from "./uploads.ts";

/** The registry that engines push to and pull from: https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export const registryMount = (parts: Parts): Mount => ({
  path: "/v2/",
  handle: async (request, response) => {
    response.setHeader("docker-distribution-api-version", "registry/2.0");
    try {
      await route(request, response, parts);
    } catch (error) {
      const shown = registryErrorOf(error);
      if (shown === undefined || response.headersSent) throw error;
      // Every engine asks without a password first.
      if (shown.status !== 401) parts.timeline.add("registry", "refused", { method: request.method ?? "", path: (request.url ?? "").slice(0, 300), error: shown.code, message: shown.message });
      fail(response, shown);
    }
  },
});

/** Names may themselves have such words in them: the last one counts. */
const routes: readonly (readonly [RegExp, (call: RegistryCall) => void | Promise<void>])[] = [
  [/^\/v2\/(.+)\/blobs\/uploads(?:\/([^/]*))?$/, answerUpload],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, answerBlob],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, answerManifest],
  [/^\/v2\/(.+)\/tags\/list()$/, answerTags],
];

async function route(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const why = whyForeign(request.headers, parts);
  if (why !== undefined) throw new RegistryError(403, "DENIED", why);
  const caller = callerOf(request, parts);
  // As it came: a parser of URLs would resolve the dots of a hostile path.
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  if (path === "/v2/" || path === "/v2") {
    response.writeHead(200, { "content-type": "application/json", "content-length": 2 }).end("{}");
    return;
  }
  for (const [pattern, answerCall] of routes) {
    const [, repositoryName, reference = ""] = pattern.exec(path) ?? [];
    if (repositoryName === undefined) continue;
    if (!isRepositoryName(repositoryName)) throw new RegistryError(400, "NAME_INVALID", `'${repositoryName.slice(0, 300)}' is not the name of a repository`);
    await answerCall({ request, response, method: request.method ?? "GET", query: new URLSearchParams(query), parts, store: parts.get(blobStore), caller, repositoryName, reference: decoded(reference) });
    return;
  }
  throw new RegistryError(404, "UNSUPPORTED", "The rehearsal's registry has blobs, uploads, manifests and lists of tags, and nothing at this path");
}

/** Throws RegistryError 401, upon which engines send what `login` gave them. */
function callerOf({ headers }: IncomingMessage, parts: Parts): Caller {
  const [, encoded = ""] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? "") ?? [];
  const [, password] = /^AWS:(.*)$/.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const caller = password === undefined ? undefined : callerOfToken(parts, password);
  if (caller !== undefined) return caller;
  const why = encoded === "" ? "no basic auth credentials" : "Your authorization token is not one of this rehearsal, or has expired. Log in with what GetAuthorizationToken answers (user AWS).";
  throw new RegistryError(401, "UNAUTHORIZED", why, { "www-authenticate": `Basic realm="http://${registryHost(parts)}/",service="ecr.amazonaws.com"` });
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

function fail(response: ServerResponse, { status, code, message, headers }: RegistryError): void {
  const body = JSON.stringify({ errors: [{ code, message, detail: null }] });
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers }).end(body);
}
