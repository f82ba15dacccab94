import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, open, readlink, symlink, utimes } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { execa } from "execa";
import pLimit from "p-limit";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { allDone } from "../run/all-done.ts";

/** One file of the snapshot. */
export interface SnapshotEntry {
  /** Relative to the repository's root, with slashes. */
  readonly path: string;
  readonly kind: "file" | "link";
  readonly executable: boolean;
  /** sha256 of the content, or of the link's target. */
  readonly hash: string;
}

/**
 * A copy of the working tree as it was when the run began: tracked and untracked
 * files, without what Git ignores. Steps and builds read this copy only, so that
 * an edit in the middle of a run changes nothing, and no step can change the tree.
 */
export interface SourceSnapshot {
  readonly folder: string;
  /** Every file there is. */
  readonly entries: readonly SnapshotEntry[];
  /** Entries below a folder of the repository, or the one of a file. Throws StepError SOURCE_UNREADABLE. */
  entriesBelow(path: string): readonly SnapshotEntry[];
  hashOf(path: string): string;
  /** Identifies the whole history: every ref and what it points to. */
  readonly historyHash: string;
  /** A mirror clone, made when first asked for. */
  history(): Promise<string>;
}

export async function takeSnapshot(root: string, runFolder: string, signal: AbortSignal): Promise<SourceSnapshot> {
  const folder = join(runFolder, "tree");
  const [entries, historyHash] = await allDone([copyTree(root, folder, signal), hashHistory(root, signal)]);
  let clone: Promise<string> | undefined;
  const snapshot: SourceSnapshot = {
    folder,
    entries,
    historyHash,
    entriesBelow: (path) => entriesBelow(entries, path),
    hashOf: (path) => digest(entriesBelow(entries, path).map((entry) => [entry.path, entry.kind, entry.executable, entry.hash])),
    history: async () => (clone ??= cloneHistory(root, join(runFolder, "history.git"), signal)),
  };
  return snapshot;
}

/** Seconds since the epoch: 2020-01-01. */
const fixedTime = 1_577_836_800;

async function copyTree(root: string, folder: string, signal: AbortSignal): Promise<SnapshotEntry[]> {
  const paths = await listTree(root, "", signal);
  const unreadable = paths.find((path) => path.includes("\uFFFD"));
  if (unreadable !== undefined) throw new StepError("SOURCE_UNREADABLE", `The name of ${unreadable} is not UTF-8, so the file could not be looked at. Rename it, or let Git ignore it.`);
  await mkdir(folder, { recursive: true });
  const limit = pLimit(32);
  const isBehindLink = linkFinder(root);
  const copied = await allDone(
    paths.map(async (path) =>
      limit(async () => {
        signal.throwIfAborted();
        // Where a link has taken a folder's place, what Git still lists below it is somewhere else.
        return (await isBehindLink(dirname(path))) ? undefined : copyEntry(root, folder, path);
      }),
    ),
  );
  return copied.filter((entry) => entry !== undefined);
}

/** What Git tracks or would add, also in repositories inside this one (submodules, clones), which it lists as folders. */
async function listTree(root: string, prefix: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], { cwd: join(root, prefix), cancelSignal: signal, stripFinalNewline: false });
  const listed = stdout.split("\0").filter((path) => path !== "").map((path) => `${prefix}${path}`);
  const inner = await allDone(
    listed.map(async (path) => {
      const folder = path.endsWith("/") ? path : `${path}/`;
      const isRepository = (await isFolder(join(root, path))) && (await lstat(join(root, folder, ".git")).then(() => true, () => false));
      return isRepository ? listTree(root, folder, signal) : [path];
    }),
  );
  return inner.flat().toSorted();
}

const isFolder = async (path: string): Promise<boolean> => lstat(path).then((stats) => stats.isDirectory(), () => false);

/** Tells whether a folder is reached through a symbolic link inside the tree. */
function linkFinder(root: string): (folder: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>([[".", Promise.resolve(false)]]);
  const find = async (folder: string): Promise<boolean> => (await isBehindLink(dirname(folder))) || lstat(join(root, folder)).then((stats) => stats.isSymbolicLink(), () => false);
  const isBehindLink = async (folder: string): Promise<boolean> => {
    const answer = known.get(folder) ?? find(folder);
    known.set(folder, answer);
    return answer;
  };
  return isBehindLink;
}

async function copyEntry(root: string, folder: string, path: string): Promise<SnapshotEntry | undefined> {
  const from = join(root, path);
  const to = join(folder, path);
  try {
    const stats = await lstat(from);
    if (stats.isSymbolicLink()) {
      const target = await readlink(from);
      await mkdir(dirname(to), { recursive: true });
      await symlink(target, to);
      return { path, kind: "link", executable: false, hash: digest(target) };
    }
    // A submodule that was not fetched is an empty folder; sockets and the like hold nothing to look at.
    if (!stats.isFile()) return undefined;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    // Some builders hash times too: the same content must give the same layer.
    await utimes(to, fixedTime, fixedTime);
    return { path, kind: "file", executable: (stats.mode & 0o100) !== 0, hash: await hashFile(to, stats.size) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Deleted in the working tree: not there to be looked at.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ENOSPC") throw new StepError("DISK_FULL", `The disk of the temporary files is full: ${path} could not be copied. No gate was started. Make room there, or name another folder in TMPDIR, and run again.`, { cause: error });
    throw new StepError("SOURCE_UNREADABLE", `${path} cannot be read (${code ?? (error as Error).message}).`, { cause: error });
  }
}

/** Bytes read at once, into the same memory: the whole tree passes through this process. */
const chunkBytes = 64 * 1024;

async function hashFile(path: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(Math.min(Math.max(size, 1), chunkBytes));
  await using file = await open(path);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, bytesRead));
  }
}

function entriesBelow(entries: readonly SnapshotEntry[], path: string): readonly SnapshotEntry[] {
  const prefix = path === "." ? "" : `${path}/`;
  const found = entries.filter((entry) => entry.path.startsWith(prefix) || entry.path === path);
  if (found.length === 0) throw new StepError("SOURCE_UNREADABLE", `${path} holds no file that Git knows or would add: is the path in gitops.json right?`);
  return found;
}

/** Throws when a link leads out of the folder that is copied: it would point at something else in the container. */
export async function refuseLinksOutOf(path: string, entries: readonly SnapshotEntry[], folder: string): Promise<void> {
  for (const entry of entries) {
    if (entry.kind !== "link") continue;
    const target = await readlink(join(folder, entry.path));
    const resolved = target.startsWith("/") ? target : posix.normalize(posix.join(posix.dirname(entry.path), target));
    const inside = !resolved.startsWith("/") && !resolved.startsWith("..") && (path === "." || resolved === path || resolved.startsWith(`${path}/`));
    if (!inside) {
      throw new StepError("SOURCE_UNREADABLE", `${entry.path} is a link to ${target}, which is outside of ${path === "." ? "the repository" : path}. Replace it by the file itself: what it points to would not be looked at.`);
    }
  }
}

async function hashHistory(root: string, signal: AbortSignal): Promise<string> {
  const options = { cwd: root, cancelSignal: signal } as const;
  const [refs, head, shallow] = await Promise.all([
    execa("git", ["for-each-ref", "--format=%(refname) %(objectname)"], options),
    execa("git", ["rev-parse", "HEAD"], options),
    execa("git", ["rev-parse", "--is-shallow-repository"], options),
  ]);
  return digest([refs.stdout, head.stdout, shallow.stdout]);
}

/** A mirror has every ref and no working tree, and works the same for worktrees and borrowed object stores. */
async function cloneHistory(root: string, to: string, signal: AbortSignal): Promise<string> {
  const cloned = await execa("git", ["-c", "advice.detachedHead=false", "clone", "--quiet", "--template=", "--mirror", root, to], { cancelSignal: signal, reject: false });
  if (/No space left on device/i.test(cloned.stderr)) {
    throw new StepError("DISK_FULL", "The disk of the temporary files is full: the history could not be copied. Make room there, or name another folder in TMPDIR, and run again.", { log: cloned.stderr });
  }
  if (cloned.exitCode !== 0) {
    throw new StepError("SOURCE_UNREADABLE", `The history cannot be read: ${cloned.stderr.trim().split("\n").at(-1) ?? ""}`, { log: cloned.stderr });
  }
  return to;
}

/** sha256 over a value's canonical JSON. */
export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
