import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { SourceTree } from "../../../../dagger/src/engine/engine.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

/** The snapshot's files, as gates see them. */
export function snapshotTree(snapshot: SourceSnapshot): SourceTree {
  return {
    find: async (fileName) => Promise.resolve(snapshot.entries.map((entry) => entry.path).filter((path) => basename(path) === fileName)),
    // What is listed only: a path that leads out of the copy is nobody's file.
    read: async (path) => (snapshot.entries.some((entry) => entry.path === path) ? readFile(join(snapshot.folder, path), "utf8") : undefined),
  };
}
