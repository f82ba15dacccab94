import { createHash, type Hash } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, type ReadStream } from "node:fs";
import { open, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Component } from "../parts.ts";

export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

export const digestOf = (bytes: Uint8Array | string): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

interface Upload {
  readonly file: string;
  readonly repository: string;
  hash: Hash;
  size: number;
  isBusy: boolean;
}

/**
 * Layers, configurations and manifests, each a file named for its digest, once
 * for all repositories. A file has its name only when it is whole and its digest
 * was found right, so that one that is there can be trusted after any crash.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();
  #writes = 0;

  /** What an earlier process has left half-way is taken away: its uploads ended with it. */
  constructor(folder: string) {
    this.#folder = folder;
    rmSync(join(folder, "uploads"), { recursive: true, force: true });
    for (const kind of ["uploads", "sha256"]) mkdirSync(join(folder, kind), { recursive: true });
  }

  /** Bytes; undefined when it is not there. */
  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(digest))).size;
    } catch {
      return undefined;
    }
  }

  /** `end` is the last byte itself. */
  stream(digest: string, range: { readonly start?: number; readonly end?: number } = {}): ReadStream {
    return createReadStream(this.path(digest), range);
  }

  /** For manifests and configurations, which are small. */
  async read(digest: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.path(digest));
    } catch {
      return undefined;
    }
  }

  async write(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    const file = join(this.#folder, "uploads", `write-${String(++this.#writes)}`);
    await writeFile(file, bytes);
    await rename(file, this.path(digest));
    return digest;
  }

  begin(id: string, repository: string): void {
    this.#uploads.set(id, { file: join(this.#folder, "uploads", id), repository, hash: createHash("sha256"), size: 0, isBusy: false });
  }

  /** Bytes so far; undefined when that repository has no such upload. */
  uploaded(id: string, repository: string): number | undefined {
    const upload = this.#uploads.get(id);
    return upload?.repository === repository ? upload.size : undefined;
  }

  /** Undefined when another request is writing to it. A source that breaks off leaves the upload as it was before. */
  async append(id: string, source: Readable): Promise<number | undefined> {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.isBusy) return undefined;
    upload.isBusy = true;
    const hash = upload.hash.copy();
    let size = upload.size;
    try {
      const file = await open(upload.file, "a");
      try {
        // Where the disk is full, whoever sends is still to hear of it: the source stays open, and the rest is let go.
        for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          hash.update(chunk);
          size += chunk.length;
          await file.appendFile(chunk);
        }
      } finally {
        await file.close();
      }
      upload.hash = hash;
      upload.size = size;
      return size;
    } catch (error) {
      source.resume();
      await truncate(upload.file, upload.size).catch(() => undefined);
      throw error;
    } finally {
      upload.isBusy = false;
    }
  }

  /**
   * Keeps it under its digest; returns the digest that it has, and keeps nothing
   * when that is another one. Undefined while another request is writing to it.
   */
  async finish(id: string, digest: string): Promise<string | undefined> {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.isBusy) return undefined;
    this.#uploads.delete(id);
    const found = `sha256:${upload.hash.digest("hex")}`;
    if (found !== digest) await rm(upload.file, { force: true });
    else {
      // An empty blob has no file yet.
      if (upload.size === 0) await writeFile(upload.file, "");
      await rename(upload.file, this.path(digest));
    }
    return found;
  }

  async cancel(id: string): Promise<void> {
    const upload = this.#uploads.get(id);
    this.#uploads.delete(id);
    if (upload !== undefined) await rm(upload.file, { force: true });
  }

  /** Of a digest that `isDigest` has taken; anything else never becomes a path. */
  path(digest: string): string {
    if (!isDigest(digest)) throw new Error(`not a digest: ${digest}`);
    return join(this.#folder, "sha256", digest.slice("sha256:".length));
  }
}

const temporary = new WeakMap<BlobStore, string>();

/** Provide one with a folder of its own to keep images; otherwise they go with the rehearsal. */
export const blobStore: Component<BlobStore> = {
  name: "blob-store",
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-blobs-"));
    const store = new BlobStore(folder);
    temporary.set(store, folder);
    return store;
  },
  stop: async (store) => {
    const folder = temporary.get(store);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  },
};
