import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { imageTag, readRepositoryState, repositoryQueries, type GitAnswer, type RepositoryState } from "../src/repository.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const answered = (stdout: string): GitAnswer => ({ exitCode: 0, stdout, stderr: "" });
const refused = (exitCode: number, stderr: string): GitAnswer => ({ exitCode, stdout: "", stderr });

/** Git's answers on a clean clone, but for those that a test is about. */
const answers = (changed: { topLevel?: GitAnswer; head?: GitAnswer; status?: GitAnswer; shallow?: GitAnswer; branch?: GitAnswer; origin?: GitAnswer }): GitAnswer[] => {
  const all = { topLevel: answered("/work\n"), head: answered(`${commit}\n`), status: answered(""), shallow: answered("false\n"), branch: answered("main\n"), origin: answered(""), ...changed };
  return [all.topLevel, all.head, all.status, all.shallow, all.branch, answered("H a.ts\n"), all.origin];
};

describe("the state of a repository", () => {
  it.each<[string, Parameters<typeof answers>[0], Partial<RepositoryState>]>([
    ["a clean clone", {}, { commit, branch: "main", dirty: false, shallow: false, onOrigin: [] }],
    ["a branch with slashes", { branch: answered("feature/über/1\n") }, { branch: "feature/über/1" }],
    ["a shallow clone", { shallow: answered("true\n") }, { shallow: true }],
    ["a commit that the origin has", { origin: answered("HEAD\nmain\nrelease/2\n") }, { onOrigin: ["main", "release/2"] }],
    ["an origin that cannot be asked", { origin: refused(129, "error: malformed object name HEAD\n") }, { onOrigin: [] }],
    ["a changed file", { status: answered(" M src/a.ts\0") }, { dirty: true }],
    ["a staged file", { status: answered("M  src/a.ts\0") }, { dirty: true }],
    ["an untracked file", { status: answered("?? new.ts\0") }, { dirty: true }],
    ["a deleted file", { status: answered(" D src/a.ts\0") }, { dirty: true }],
    ["a file name with a line break", { status: answered(" M a\nb.ts\0") }, { dirty: true }],
  ])("is read: %s", (_name, changed, expected) => {
    expect(readRepositoryState(answers(changed))).toMatchObject(expected);
  });

  it("has no branch on a detached HEAD", () => {
    expect(readRepositoryState(answers({ branch: refused(1, "") }))).toEqual({ commit, dirty: false, shallow: false, onOrigin: [] });
  });

  it.each<[string, string, boolean]>([
    ["nothing was left behind", "", false],
    ["only what was left behind looks deleted", " D docs/a b.md\0 D docs/größe.md\0", false],
    ["something else was deleted", " D docs/a b.md\0 D src/a.ts\0", true],
    ["something was changed", " M docs/a.md\0", true],
    ["its deletion is staged", "D  docs/a.md\0", true],
    ["it was added and left behind", "AD docs/a.md\0", true],
    ["both sides of a merge deleted it", "DD docs/a.md\0", true],
    ["a file of that name is untracked", "?? docs/a.md\0", true],
  ])("when docs/ is left behind on the way, and %s", (_name, status, dirty) => {
    expect(readRepositoryState(answers({ status: answered(status) }), (path) => path.startsWith("docs/")).dirty).toBe(dirty);
  });

  it("asks about a path as it is, without Git's quoting", () => {
    const asked: string[] = [];
    readRepositoryState(answers({ status: answered(' D mein "schlüssel".ts\0') }), (path) => asked.push(path) > 0);
    expect(asked).toEqual(['mein "schlüssel".ts']);
  });

  it.each<[string, GitAnswer[], string, string]>([
    [
      "not a repository",
      answers({ topLevel: refused(128, "fatal: not a git repository (or any of the parent directories): .git\n") }),
      "NOT_A_REPOSITORY",
      "This folder is not in a Git repository, and a release is named by its commit. Nothing was started. Run it in a clone, or begin one: git init && git add -A && git commit",
    ],
    [
      "another user's repository",
      answers({ topLevel: refused(128, "fatal: detected dubious ownership in repository at '/work'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /work\n") }),
      "NOT_A_REPOSITORY",
      "Git cannot read the repository: fatal: detected dubious ownership in repository at '/work'. Nothing was started. If you trust its owner: git config --global --add safe.directory /work",
    ],
    [
      "a bare repository",
      answers({ topLevel: refused(128, "fatal: this operation must be run in a work tree\n") }),
      "NOT_A_REPOSITORY",
      "Git cannot read the repository: fatal: this operation must be run in a work tree. Nothing was started.",
    ],
    [
      "no commit",
      answers({ head: refused(128, "fatal: Needed a single revision\n") }),
      "NO_COMMITS",
      "The repository has no commit yet, and a release is named by its commit. Nothing was started. Commit first: git add -A && git commit",
    ],
    [
      "a commit whose object is gone",
      answers({ head: refused(128, "fatal: Needed a single revision\n"), status: refused(128, "fatal: bad object HEAD\n") }),
      "GIT_FAILED",
      "Git cannot tell the state of the tree: fatal: bad object HEAD. Nothing was started.",
    ],
    ["a broken index", answers({ status: refused(128, "error: bad signature\nfatal: index file corrupt\n") }), "GIT_FAILED", "Git cannot tell the state of the tree: error: bad signature. Nothing was started."],
    ["too few answers", [answered("/work\n")], "GIT_FAILED", "Git was not asked everything."],
  ])("cannot be read: %s", (_name, given, code, message) => {
    expect(() => readRepositoryState(given)).toThrow(expect.objectContaining({ name: "RepositoryError", code, message }));
  });

  it.each([
    [false, "0123456"],
    [true, "0123456-dirty"],
  ])("names the images (dirty: %s): %s", (dirty, tag) => {
    expect(imageTag({ commit, dirty, shallow: false, onOrigin: [] })).toBe(tag);
  });
});

describe("with the real Git", () => {
  let folder = "";
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  const git = (...args: string[]): void => {
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: folder, env, stdio: "pipe" });
  };
  const state = (missing?: (path: string) => boolean): RepositoryState =>
    readRepositoryState(
      repositoryQueries.map((query) => {
        const { status, stdout, stderr } = spawnSync("git", query, { cwd: folder, env, encoding: "utf8" });
        return { exitCode: status ?? -1, stdout, stderr };
      }),
      missing,
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "repository "));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function commitOne(): void {
    git("init", "--quiet", "--initial-branch", "main");
    writeFileSync(join(folder, "größe und mehr.md"), "one\n");
    writeFileSync(join(folder, ".gitignore"), "out/\n");
    git("add", "--all");
    git("commit", "--quiet", "--message", "One");
  }

  it("a committed tree is clean, and an ignored file keeps it so", () => {
    commitOne();
    mkdirSync(join(folder, "out"));
    writeFileSync(join(folder, "out/report.json"), "{}");
    expect(state()).toEqual({ commit: expect.stringMatching(/^[0-9a-f]{40}$/) as string, branch: "main", dirty: false, shallow: false, onOrigin: [] });
  });

  it("a commit is on the origin's branch when it has been pushed, and the next one is not", () => {
    commitOne();
    const bare = mkdtempSync(join(tmpdir(), "origin-"));
    try {
      git("init", "--quiet", "--bare", bare);
      git("remote", "add", "origin", bare);
      git("push", "--quiet", "origin", "main");
      expect(state().onOrigin).toEqual(["main"]);
      git("commit", "--quiet", "--allow-empty", "--message", "Two");
      expect(state().onOrigin).toEqual([]);
    } finally {
      rmSync(bare, { recursive: true });
    }
  });

  it("an untracked file makes it dirty", () => {
    commitOne();
    writeFileSync(join(folder, "new.ts"), "");
    expect(state().dirty).toBe(true);
  });

  it.each(["--assume-unchanged", "--skip-worktree"])("a file that Git was told not to look at makes it dirty (%s)", (flag) => {
    commitOne();
    git("update-index", flag, "größe und mehr.md");
    writeFileSync(join(folder, "größe und mehr.md"), "other\n");
    expect(state().dirty).toBe(true);
  });

  it("a renamed file is two changes, each with one path", () => {
    commitOne();
    git("mv", "größe und mehr.md", "klein.md");
    expect(state().dirty).toBe(true);
  });

  it("a tracked file that was left behind does not make it dirty", () => {
    commitOne();
    rmSync(join(folder, "größe und mehr.md"));
    expect(state((path) => path === "größe und mehr.md").dirty).toBe(false);
  });

  it("a detached HEAD has no branch", () => {
    commitOne();
    git("checkout", "--quiet", "--detach");
    expect(state().branch).toBeUndefined();
  });

  it("a clone with --depth is shallow", () => {
    commitOne();
    git("commit", "--quiet", "--allow-empty", "--message", "Two");
    git("clone", "--quiet", "--depth", "1", `file://${folder}`, "clone");
    const origin = folder;
    folder = join(folder, "clone");
    expect(state().shallow).toBe(true);
    folder = origin;
  });

  it("an empty folder is no repository", () => {
    expect(() => state()).toThrow(expect.objectContaining({ code: "NOT_A_REPOSITORY", message: expect.stringContaining("is not in a Git repository") as string }));
  });

  it("a repository without a commit is told from one whose commit is lost", () => {
    git("init", "--quiet");
    expect(() => state()).toThrow(expect.objectContaining({ code: "NO_COMMITS" }));
    writeFileSync(join(folder, ".git/refs/heads/lost"), `${"ab".repeat(20)}\n`);
    git("symbolic-ref", "HEAD", "refs/heads/lost");
    expect(() => state()).toThrow(expect.objectContaining({ code: "GIT_FAILED" }));
  });

  it.runIf(process.getuid?.() === 0)("another user's repository is refused, with the command that trusts it", () => {
    commitOne();
    chownSync(folder, 12345, 12345);
    chownSync(join(folder, ".git"), 12345, 12345);
    expect(() => state()).toThrow(/dubious ownership .* Nothing was started\. If you trust its owner: git config --global --add safe\.directory /);
  });
});
