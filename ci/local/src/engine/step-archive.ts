import { createWriteStream } from "node:fs";
import { open, readdir, readFile, readlink, stat } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, extract, type Pack } from "tar-stream";
import type { ImageBuild, Step } from "../../../../dagger/src/engine/engine.ts";
import { stepResultPath, stepScript, stepScriptPath } from "../../../../dagger/src/engine/step-script.ts";
import { refuseLinksOutOf, type SourceSnapshot } from "./source-snapshot.ts";

/** Where a step's files come from. */
export interface StepSources {
  readonly snapshot: SourceSnapshot;
  /** Path of a docker-archive of a built image. */
  readonly imageArchive: (build: ImageBuild) => Promise<string>;
  /** Of what other steps have left: path in the container -> path on this machine. */
  readonly left: ReadonlyMap<string, string>;
}

/**
 * Everything that a step's container gets, as one tar archive to be unpacked at
 * its root. Owner, times and modes are fixed: only the content is the step's.
 */
export async function stepArchive(step: Step, sources: StepSources, extra: ReadonlyMap<string, string>): Promise<Pack> {
  const { snapshot } = sources;
  for (const files of step.files) {
    if (files.from === "tree") await refuseLinksOutOf(files.path, snapshot.entriesBelow(files.path), snapshot.folder);
  }
  const archive = pack();
  const folders = new Set<string>();
  const writing = (async () => {
    addFolder(archive, folders, stepResultPath);
    addFolder(archive, folders, step.workdir);
    addText(archive, folders, stepScriptPath, stepScript(step), 0o755);
    for (const output of step.outputs) addFolder(archive, folders, dirname(output));
    for (const [path, text] of extra) addText(archive, folders, path, text, 0o444);
    for (const [path, value] of Object.entries(step.secrets)) addText(archive, folders, path, value, 0o400);
    const ring = makeRing();
    for (const files of step.files) await addFiles(archive, folders, files, sources, ring);
    archive.finalize();
  })();
  writing.catch((error: unknown) => {
    archive.destroy(error as Error);
  });
  return archive;
}

async function addFiles(archive: Pack, folders: Set<string>, files: Step["files"][number], { snapshot, imageArchive, left }: StepSources, ring: Ring): Promise<void> {
  switch (files.from) {
    case "text":
      addText(archive, folders, files.to, files.content, 0o644);
      return;
    case "tree":
      for (const entry of snapshot.entriesBelow(files.path)) {
        // Of a file itself, `to` is the whole path.
        const to = posix.join(files.to, posix.relative(files.path, entry.path));
        const from = join(snapshot.folder, entry.path);
        addFolder(archive, folders, dirname(to));
        if (entry.kind === "link") archive.entry({ ...header(to, 0o777), type: "symlink", linkname: await readlink(from) });
        else await addFile(archive, to, from, entry.executable ? 0o755 : 0o644, ring);
      }
      return;
    case "image":
      addFolder(archive, folders, dirname(files.to));
      await addFile(archive, files.to, await imageArchive(files.build), 0o644, ring);
      return;
    case "step": {
      const from = left.get(files.to);
      if (from === undefined) throw new Error(`nobody has made ${files.to} for this step`);
      addFolder(archive, folders, dirname(files.to));
      await addFile(archive, files.to, from, 0o644, ring);
      return;
    }
    case "machine":
      if ((await stat(files.path)).isFile()) {
        addFolder(archive, folders, dirname(files.to));
        await addFile(archive, files.to, files.path, 0o644, ring);
      } else await addFolderOfMachine(archive, folders, files.path, files.to, ring);
      return;
    case "history":
      await addFolderOfMachine(archive, folders, await snapshot.history(), files.to, ring);
  }
}

async function addFolderOfMachine(archive: Pack, folders: Set<string>, folder: string, target: string, ring: Ring): Promise<void> {
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const from = join(file.parentPath, file.name);
    const to = posix.join(target, relative(folder, from));
    if (file.isDirectory()) addFolder(archive, folders, to);
    else if (file.isFile()) {
      addFolder(archive, folders, dirname(to));
      await addFile(archive, to, from, 0o644, ring);
    }
  }
}

function addFolder(archive: Pack, folders: Set<string>, path: string): void {
  if (path === "/" || folders.has(path)) return;
  addFolder(archive, folders, dirname(path));
  folders.add(path);
  archive.entry({ ...header(`${path}/`, 0o755), type: "directory" });
}

function addText(archive: Pack, folders: Set<string>, path: string, text: string, mode: number): void {
  addFolder(archive, folders, dirname(path));
  archive.entry(header(path, mode), text);
}

/** Larger files pass through the same few buffers, or their garbage would be most of this process's memory. Bytes. */
const chunkBytes = 64 * 1024;
/**
 * Three would do: `sendArchive` takes a chunk only when the one before it is in
 * the pipe, and the archive wants another only when the last one was taken; the
 * short end of a file may wait beside it.
 */
const chunks = 4;

/** One file after the other, as fast as the reader takes them. */
async function addFile(archive: Pack, path: string, from: string, mode: number, ring: Ring): Promise<void> {
  const { size } = await stat(from);
  if (size < chunkBytes) {
    await addBytes(archive, path, await readFile(from), mode);
    return;
  }
  await pipeline(inChunks(from, ring), archive.entry({ ...header(path, mode), size }));
}

interface Ring {
  next(): Buffer;
}

function makeRing(): Ring {
  const buffers: Buffer[] = [];
  let turn = 0;
  return {
    next: () => {
      turn = (turn + 1) % chunks;
      return (buffers[turn] ??= Buffer.allocUnsafeSlow(chunkBytes));
    },
  };
}

async function* inChunks(path: string, ring: Ring): AsyncGenerator<Buffer> {
  await using file = await open(path);
  for (;;) {
    const chunk = ring.next();
    const { bytesRead } = await file.read(chunk, 0, chunkBytes);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Hands the archive to a command's standard input, chunk by chunk: nothing else may read it, or the buffers change under it. */
export async function sendArchive(archive: Pack, to: Writable): Promise<void> {
  // An error of the stream reaches the callback of the write as well.
  to.on("error", () => undefined);
  for await (const chunk of archive) {
    await new Promise<void>((resolve, reject) => {
      to.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
  to.end();
}

async function addBytes(archive: Pack, path: string, bytes: Buffer, mode: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    archive.entry({ ...header(path, mode), size: bytes.length }, bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

const header = (path: string, mode: number): { name: string; mode: number; uid: number; gid: number; mtime: Date } => ({
  name: path.replace(/^\//, ""),
  mode,
  uid: 0,
  gid: 0,
  mtime: new Date(1_577_836_800_000),
});

/** Puts the only file of an archive there. */
export async function saveFile(stream: NodeJS.ReadableStream, path: string): Promise<void> {
  const reader = extract();
  stream.pipe(reader);
  stream.on("error", (error: Error) => {
    reader.destroy(error);
  });
  for await (const entry of reader) await pipeline(entry, createWriteStream(path, { mode: 0o600 }));
}

/** A single output larger than this is refused rather than read into memory. Bytes. */
const largestOutput = 256 * 1024 * 1024;

/** Reads the result folder's archive: file name -> text. */
export async function readResultArchive(stream: NodeJS.ReadableStream): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const reader = extract();
  stream.pipe(reader);
  stream.on("error", (error: Error) => {
    reader.destroy(error);
  });
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of entry) {
      size += (chunk as Buffer).length;
      if (size <= largestOutput) chunks.push(chunk as Buffer);
    }
    if (entry.header.type === "file" && size <= largestOutput) files.set(entry.header.name.slice(entry.header.name.lastIndexOf("/") + 1), Buffer.concat(chunks).toString("utf8"));
  }
  return files;
}
