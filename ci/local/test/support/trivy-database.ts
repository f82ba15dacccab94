import { createServer } from "node:http";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { execa } from "execa";
import { pack } from "tar-stream";
import { onTestFinished } from "vitest";
import { databaseDescription, databaseMetadata } from "../../../../dagger/test/record/image-cases.ts";
import { databaseManifest, digestOf } from "../../../../dagger/test/support/registry.ts";

const program = join(import.meta.dirname, "../../../images/test/trivy-database");

/** A database that the real Trivy takes, in a folder: needs Go. */
export async function makeTrivyDatabase(folder: string, updatedAt: string, description = databaseDescription): Promise<void> {
  await execa("go", ["run", ".", join(folder, "trivy.db")], { cwd: program, input: description });
  await writeFile(join(folder, "metadata.json"), databaseMetadata(updatedAt));
}

export interface DatabaseRegistry {
  readonly repository: string;
  /** How often the database itself was fetched. */
  readonly downloads: () => number;
  /** Breaks off in the middle of the next download. */
  readonly breakNext: () => void;
  /** Holds another database from now on. */
  readonly hold: (folder: string) => Promise<void>;
}

/** A registry on this machine's loopback, which ends with the test. */
export async function serveTrivyDatabase(folder: string): Promise<DatabaseRegistry> {
  let held = await artifactOf(folder);
  let downloads = 0;
  let breaks = false;
  const server = createServer((request, response) => {
    const [, kind, name] = /\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? "") ?? [];
    if (request.url === "/v2/") response.writeHead(200).end("{}");
    else if (kind === "manifests" && (name === "2" || name === digestOf(held.manifest))) {
      response.writeHead(200, { "content-type": "application/vnd.oci.image.manifest.v1+json", "docker-content-digest": digestOf(held.manifest) }).end(request.method === "HEAD" ? "" : held.manifest);
    } else if (kind === "blobs" && name === digestOf("{}")) response.writeHead(200).end("{}");
    else if (kind === "blobs" && name === digestOf(held.layer)) {
      response.writeHead(200, { "content-length": String(held.layer.length) });
      downloads += 1;
      if (breaks) response.write(held.layer.subarray(0, 200), () => request.socket.destroy());
      else response.end(held.layer);
      breaks = false;
    } else response.writeHead(404, { "content-type": "application/json" }).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    repository: `127.0.0.1:${String(typeof address === "object" ? address?.port : 0)}/mirror/trivy-db:2`,
    downloads: () => downloads,
    breakNext: () => { breaks = true; },
    hold: async (other) => { held = await artifactOf(other); },
  };
}

async function artifactOf(folder: string): Promise<{ manifest: string; layer: Buffer }> {
  const archive = pack();
  for (const name of ["trivy.db", "metadata.json"]) archive.entry({ name, mode: 0o600 }, await readFile(join(folder, name)));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const layer = gzipSync(Buffer.concat(chunks));
  const title = { "org.opencontainers.image.title": "db.tar.gz" };
  // Without a date of its own, as a mirror's: only the database tells how old it is.
  const manifest = databaseManifest({ layers: [{ mediaType: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip", digest: digestOf(layer), size: layer.length, annotations: title }], annotations: {} });
  return { manifest, layer };
}
