import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { pack } from "tar-stream";

export interface ArchiveLayer {
  /** The instruction that the history names. */
  readonly by: string;
  /** Path without its slash -> content. */
  readonly files: Readonly<Record<string, string | Buffer>>;
}

/** Writes an image as `docker save` would, always the same for the same layers, without any engine. Returns its id. */
export async function writeDockerArchive(path: string, layers: readonly ArchiveLayer[]): Promise<string> {
  const tars = await Promise.all(layers.map(async (layer) => tar(layer.files)));
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    created: "2026-11-23T00:00:00Z",
    config: { Env: ["PATH=/usr/bin:/bin"] },
    history: [...layers.map(({ by }) => ({ created: "2026-11-23T00:00:00Z", created_by: by })), { created: "2026-11-23T00:00:00Z", created_by: 'CMD ["app"]', empty_layer: true }],
    rootfs: { type: "layers", diff_ids: tars.map((layer) => `sha256:${sha256(layer)}`) },
  });
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: ["localhost/scratch:1"], Layers: tars.map((layer) => `${sha256(layer)}.tar`) }];
  const blobs = Object.fromEntries(tars.map((layer) => [`${sha256(layer)}.tar`, layer]));
  await writeFile(path, await tar({ ...blobs, [`${sha256(config)}.json`]: config, "manifest.json": JSON.stringify(manifest) }));
  return `sha256:${sha256(config)}`;
}

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function tar(files: ArchiveLayer["files"]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
