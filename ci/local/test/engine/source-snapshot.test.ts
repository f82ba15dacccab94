import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeSnapshot, type SourceSnapshot } from "../../src/engine/source-snapshot.ts";
import { git, scratchFolder, scratchRepository } from "../support/scratch.ts";

const snapshotOf = async (root: string): Promise<SourceSnapshot> => takeSnapshot(root, await scratchFolder(), new AbortController().signal);
const pathsIn = (snapshot: SourceSnapshot): string[] => snapshot.entriesBelow(".").map((entry) => entry.path);

describe("the snapshot of a working tree", () => {
  // Many files before and after the link, so that it is reached while others are being copied.
  it.each(["a-first", "z-last"])("never writes through a link that has taken a folder's place (%s)", async (name) => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`m/${String(index)}.txt`, "x".repeat(50_000)]));
    const root = await scratchRepository({ ...many, [`${name}/a.txt`]: "of the repository" });
    const victim = await scratchFolder();
    await writeFile(join(victim, "a.txt"), "precious");
    await rm(join(root, name), { recursive: true });
    await symlink(victim, join(root, name));
    const snapshot = await snapshotOf(root);
    expect(await readFile(join(victim, "a.txt"), "utf8")).toBe("precious");
    expect(await readdir(victim)).toEqual(["a.txt"]);
    expect(pathsIn(snapshot).filter((path) => path.startsWith(name))).toEqual([name]);
  });

  it("holds the files of repositories inside it, tracked or not", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    await mkdir(join(root, "inner/deep"), { recursive: true });
    await git(join(root, "inner"), "init", "--quiet");
    await writeFile(join(root, "inner/.gitignore"), "out\n");
    await writeFile(join(root, "inner/out"), "ignored");
    await writeFile(join(root, "inner/deep/b.txt"), "b");
    expect(pathsIn(await snapshotOf(root))).toEqual(["a.txt", "inner/.gitignore", "inner/deep/b.txt"]);
  });

  it("leaves out a submodule that was not fetched: it is an empty folder", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const commit = (await git(root, "rev-parse", "HEAD")).trim();
    await git(root, "update-index", "--add", "--cacheinfo", `160000,${commit},sub`);
    await mkdir(join(root, "sub"));
    expect(pathsIn(await snapshotOf(root))).toEqual(["a.txt"]);
  });
});
