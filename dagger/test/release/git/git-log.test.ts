import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gitLog } from "../../../src/release/git-log.ts";

describe("what the history tells", () => {
  let folder = "";
  const commits: string[] = [];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  const git = (...args: string[]): string => execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: folder, env, encoding: "utf8" }).trim();
  const log = gitLog(async (args) => {
    const { status, stdout } = spawnSync("git", args, { cwd: folder, env, encoding: "utf8" });
    return Promise.resolve({ exitCode: status ?? -1, stdout });
  });
  const unknown = "0".repeat(40);
  const [first, second, third] = [0, 1, 2].map((index) => () => commits[index] ?? "") as [() => string, () => string, () => string];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "history-"));
    git("init", "--quiet", "--initial-branch", "main");
    for (const message of ["One", "Two: more\n\nWith a body.", "Three"]) {
      git("commit", "--quiet", "--allow-empty", "--message", message);
      commits.push(git("rev-parse", "HEAD"));
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("says which of two commits came first, and that it does not know one", async () => {
    expect(await Promise.all([log.isAncestor(first(), third()), log.isAncestor(third(), first()), log.isAncestor(first(), first()), log.isAncestor(unknown, first())])).toEqual([true, false, true, undefined]);
  });

  it("counts the files that were added to a folder, and says that it does not know a commit", async () => {
    mkdirSync(join(folder, "migrations"));
    for (const name of ["1.sql", "2.sql"]) writeFileSync(join(folder, "migrations", name), name);
    writeFileSync(join(folder, "other.txt"), "");
    git("add", "--all");
    git("commit", "--quiet", "--message", "Migrations");
    const now = git("rev-parse", "HEAD");
    expect(await Promise.all([log.filesAdded(first(), now, "migrations"), log.filesAdded(now, now, "migrations"), log.filesAdded(now, first(), "migrations"), log.filesAdded(unknown, now, "migrations")])).toEqual([2, 0, 0, undefined]);
  });

  it("names what is between two commits, newest first, and no more than asked for", async () => {
    expect(await log.between(first(), third(), 10)).toEqual([`${third().slice(0, 7)} Three`, `${second().slice(0, 7)} Two: more`]);
    expect(await log.between(first(), third(), 1)).toHaveLength(1);
    expect(await log.between(unknown, third(), 10)).toEqual([]);
  });

  it("finds a commit by its first digits, and its author", async () => {
    expect(await log.resolve(second().slice(0, 7))).toBe(second());
    expect(await log.resolve("fffffff")).toBeUndefined();
    expect(await log.resolve("--help")).toBeUndefined();
    expect(await log.describe(second())).toEqual({ author: "Ada", subject: "Two: more" });
    expect(await log.describe(unknown)).toBeUndefined();
  });
});
