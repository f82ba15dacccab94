/**
 * Asks a registry for the manifest of a vulnerability database; runs in a step on
 * the Node image. Prints one line of JSON: { digest, created? } and ends with 0,
 * or { problem }, a sentence, and ends with 1.
 *
 *   node probe-database.mjs registry.example/mirror/trivy-db:2
 */
import { createHash } from "node:crypto";

const timeoutMs = 10_000;
/** A manifest has some hundred bytes. */
const largestBody = 1024 * 1024;
const manifestTypes = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"];
const databaseType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip";

class Problem extends Error {}

function parseReference(reference) {
  const [, host, name, tag, digest] = /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(reference) ?? [];
  if (name === undefined) throw new Problem(`${reference} is no image repository.`);
  return { host, name, wanted: digest ?? tag ?? "latest" };
}

/** Docker Hub's registry has another name than its images; registries on the loopback need no certificate. */
function addressesOf(host) {
  if (host === "docker.io") return ["https://registry-1.docker.io"];
  const isLoopback = /^(localhost|127(\.\d+){3})(:\d+)?$/.test(host);
  return [`https://${host}`, ...(isLoopback ? [`http://${host}`] : [])];
}

async function get(url, headers) {
  let response;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > largestBody) throw new Problem(`${new URL(url).host} answered with more than ${largestBody} bytes: that is no manifest.`);
      chunks.push(chunk);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const reason = error.name === "TimeoutError" ? `no answer within ${timeoutMs / 1000} s` : (error.cause?.code ?? error.cause?.message ?? error.message);
    throw new Problem(`${new URL(url).host} could not be reached (${reason}).`);
  }
}

/** What the registry wants in return for a look at something public. */
async function anonymousToken(challenge, name) {
  const parameter = (key) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1];
  const realm = parameter("realm");
  if (!/^bearer /i.test(challenge) || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  const service = parameter("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", parameter("scope") ?? `repository:${name}:pull`);
  const { status, body } = await get(url, {});
  if (status !== 200) return undefined;
  const answer = parseJson(body);
  return answer?.token ?? answer?.access_token;
}

function parseJson(body) {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

async function askFor(address, { name, wanted }) {
  const url = `${address}/v2/${name}/manifests/${wanted}`;
  const headers = { accept: manifestTypes.join(", ") };
  const first = await get(url, headers);
  if (first.status !== 401) return first;
  const token = await anonymousToken(first.headers.get("www-authenticate") ?? "", name);
  return token === undefined ? first : get(url, { ...headers, authorization: `Bearer ${token}` });
}

function judge({ status, headers, body }, reference, { host, wanted }) {
  const type = (headers.get("content-type") ?? "").split(";")[0].trim();
  if (type === "text/html") throw new Problem(`${host} answered ${status} with a web page, which is no manifest: something between here and there answers in its place, or it is no registry.`);
  if (status === 401 || status === 403) throw new Problem(`${host} does not let everybody have ${reference} (${status}).`);
  if (status === 404) throw new Problem(`${host} has no ${reference} (404).`);
  if (status !== 200) throw new Problem(`${host} answered ${status} instead of the manifest of ${reference}.`);
  const manifest = parseJson(body);
  const layers = Array.isArray(manifest?.layers) ? manifest.layers : [];
  if (layers.length !== 1 || layers[0]?.mediaType !== databaseType) throw new Problem(`${reference} is something else than a database of Trivy.`);
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  if (wanted.startsWith("sha256:") && wanted !== digest) throw new Problem(`${host} answered with another manifest than ${wanted}.`);
  const created = manifest.annotations?.["org.opencontainers.image.created"];
  return { digest, ...(typeof created === "string" ? { created } : {}) };
}

async function probe(reference) {
  const parts = parseReference(reference);
  let unreachable;
  for (const address of addressesOf(parts.host)) {
    try {
      return judge(await askFor(address, parts), reference, parts);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unreachable ??= error;
      if (!/could not be reached/.test(error.message)) throw error;
    }
  }
  throw unreachable;
}

try {
  console.log(JSON.stringify(await probe(process.argv[2] ?? "")));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.log(JSON.stringify({ problem: error.message }));
  process.exitCode = 1;
}
