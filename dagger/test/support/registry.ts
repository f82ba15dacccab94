import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server on the loopback that ends with the test. Returns its `host:port`. */
export async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${String(typeof address === "object" ? address?.port : 0)}`;
}

/** The manifest of a vulnerability database, as a registry has it. */
export const databaseManifest = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.aquasec.trivy.config.v1+json", digest: digestOf("{}"), size: 2 },
    layers: [{ mediaType: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip", digest: digestOf(""), size: 0, annotations: { "org.opencontainers.image.title": "db.tar.gz" } }],
    annotations: { "org.opencontainers.image.created": "2026-11-23T06:20:00Z" },
    ...changes,
  });

export const digestOf = (content: string | Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** Answers with one body to everything. */
export const always =
  (status: number, body: string, type = "application/vnd.oci.image.manifest.v1+json"): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  };
