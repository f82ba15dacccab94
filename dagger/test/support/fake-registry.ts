import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";

/** Speaks as much of a package registry's protocol as `npm audit` does, on the loopback. */

interface Advisory {
  readonly id: number;
  readonly url: string;
  readonly title: string;
  readonly severity: "info" | "low" | "moderate" | "high" | "critical";
  readonly vulnerable_versions: string;
}

interface FakePackage {
  readonly advisories: readonly (Advisory & { readonly affects: readonly string[] })[];
  /** Published versions, each with its dependencies. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const advisory = (id: number, ghsa: string, title: string, severity: Advisory["severity"], range: string, affects: readonly string[]): FakePackage["advisories"][number] => ({
  id,
  url: `https://github.com/advisories/${ghsa}`,
  title,
  severity,
  vulnerable_versions: range,
  affects,
});

/** Real advisories of real packages, and versions enough for npm to look for a fix among them. */
const packages: Readonly<Record<string, FakePackage>> = {
  minimist: {
    advisories: [
      advisory(1_097_677, "GHSA-vh95-rmgr-6w4m", "Prototype Pollution in minimist", "moderate", "<0.2.1", ["0.0.8"]),
      advisory(1_097_678, "GHSA-xvch-5gv4-984h", "Prototype Pollution in minimist", "critical", "<0.2.4", ["0.0.8"]),
      advisory(1_097_679, "GHSA-xvch-5gv4-984h", "Prototype Pollution in minimist", "critical", ">=1.0.0 <1.2.6", ["1.2.5"]),
    ],
    versions: { "0.0.8": {}, "0.2.4": {}, "1.2.5": {}, "1.2.6": {}, "1.2.8": {} },
  },
  mkdirp: { advisories: [], versions: { "0.5.1": { minimist: "0.0.8" }, "0.5.6": { minimist: "^1.2.6" }, "1.0.4": {} } },
  "old-tool": { advisories: [], versions: { "1.0.0": { mkdirp: "0.5.1" } } },
  ms: { advisories: [advisory(1_109_573, "GHSA-w9mr-4mfr-499f", "Vercel ms Inefficient Regular Expression Complexity vulnerability", "moderate", "<2.0.0", ["0.7.0"])], versions: { "0.7.0": {}, "2.1.3": {} } },
};

export type RegistryMood = "answers" | "refuses" | "forbids" | "breaks" | "sends a page" | "knows nothing" | "sends a list" | "says nothing";

export interface FakeRegistry extends AsyncDisposable {
  readonly url: string;
  /** Names and versions that each POST asked for. */
  readonly asked: readonly Readonly<Record<string, readonly string[]>>[];
  mood: RegistryMood;
}

export async function startFakeRegistry(mood: RegistryMood = "answers"): Promise<FakeRegistry> {
  const asked: Record<string, string[]>[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, registry, asked);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const registry: FakeRegistry = {
    url: `http://127.0.0.1:${String(address.port)}/`,
    asked,
    mood,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return registry;
}

async function answer(request: IncomingMessage, response: ServerResponse, registry: FakeRegistry, asked: Record<string, string[]>[]): Promise<void> {
  const send = (status: number, body: string, type = "application/json"): void => {
    response.writeHead(status, { "content-type": type }).end(body);
  };
  if (request.method === "GET") {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const known = packages[name];
    if (known === undefined) send(404, '{"error":"Not found"}');
    else send(200, JSON.stringify(packument(name, known)));
    return;
  }
  const wanted = await readBody(request);
  asked.push(wanted);
  switch (registry.mood) {
    case "answers":
      send(200, JSON.stringify(advisoriesFor(wanted)));
      return;
    case "refuses":
      send(405, '{"message":"Method Not Allowed"}');
      return;
    case "forbids":
      send(403, '{"error":"Forbidden"}');
      return;
    case "breaks":
      send(503, "Service Unavailable", "text/plain");
      return;
    case "sends a page":
      send(200, "<!DOCTYPE html><html><body>Please log in</body></html>", "text/html");
      return;
    case "knows nothing":
      send(200, "{}");
      return;
    case "sends a list":
      send(200, "[]");
      return;
    case "says nothing":
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, string[]>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return JSON.parse((request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString("utf8")) as Record<string, string[]>;
}

function advisoriesFor(wanted: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  const found = Object.entries(wanted).map(([name, versions]) => {
    const matching = packages[name]?.advisories.filter(({ affects }) => affects.some((version) => versions.includes(version))) ?? [];
    return [name, matching.map(({ id, url, title, severity, vulnerable_versions }) => ({ id, url, title, severity, vulnerable_versions, cwe: ["CWE-1321"], cvss: { score: 0, vectorString: null } }))] as const;
  });
  return Object.fromEntries(found.filter(([, advisories]) => advisories.length > 0));
}

const packument = (name: string, { versions }: FakePackage): object => ({
  name,
  "dist-tags": { latest: Object.keys(versions).at(-1) },
  versions: Object.fromEntries(Object.entries(versions).map(([version, dependencies]) => [version, { name, version, dependencies, dist: { tarball: `http://127.0.0.1/${name}-${version}.tgz`, shasum: "0".repeat(40) } }])),
});
