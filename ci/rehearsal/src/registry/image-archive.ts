import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { BlobStore } from "./blob-store.ts";
import type { Manifest } from "./manifest.ts";

export interface ImageToWrite {
  readonly store: BlobStore;
  readonly manifest: Extract<Manifest, { kind: "image" }>;
  /** Repository and tag. */
  readonly name: string;
  readonly toFile: string;
}

/** A docker-archive. Layers stay compressed as they were pushed: both engines see that for themselves. */
export async function writeImageArchive({ store, manifest, name, toFile }: ImageToWrite): Promise<void> {
  const hex = (digest: string): string => digest.slice("sha256:".length);
  const config = `${hex(manifest.config.digest)}.json`;
  const layers = manifest.layers.map(({ digest }) => `${hex(digest)}.tar`);
  const archive = pack();
  const addBlob = async (file: string, digest: string): Promise<void> => {
    const size = await store.size(digest);
    if (size === undefined) throw new Error(`${digest} is no longer stored`);
    await pipeline(store.stream(digest), archive.entry({ ...header(file), size }));
  };
  const writing = (async () => {
    await addBlob(config, manifest.config.digest);
    for (const digest of new Set(manifest.layers.map((layer) => layer.digest))) await addBlob(`${hex(digest)}.tar`, digest);
    archive.entry(header("manifest.json"), JSON.stringify([{ Config: config, RepoTags: [name], Layers: layers }]));
    archive.finalize();
  })();
  writing.catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  const partial = `${toFile}.partial`;
  try {
    await pipeline(archive, createWriteStream(partial));
    await writing;
    await rename(partial, toFile);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

const header = (name: string): { readonly name: string; readonly mode: number; readonly mtime: Date } => ({ name, mode: 0o644, mtime: new Date(0) });
