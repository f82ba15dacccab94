/** What Git says of the tree that is being released. */
export interface RepositoryState {
  /** 40 hex digits. */
  readonly commit: string;
  /** Absent on a detached HEAD. */
  readonly branch?: string;
  /** True when the tree is not exactly the commit; untracked files count, ignored ones do not. */
  readonly dirty: boolean;
  /** True when older commits were not fetched. */
  readonly shallow: boolean;
  /** Branches of the origin that have the commit, as far as this clone knows. */
  readonly onOrigin: readonly string[];
}

export type RepositoryErrorCode = "NOT_A_REPOSITORY" | "NO_COMMITS" | "GIT_FAILED";

export class RepositoryError extends Error {
  override readonly name = "RepositoryError";
  readonly code: RepositoryErrorCode;

  constructor(code: RepositoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The arguments of each `git` call whose answers `readRepositoryState` takes, in this order. */
export const repositoryQueries = [
  ["rev-parse", "--show-toplevel"],
  ["rev-parse", "--verify", "HEAD^{commit}"],
  ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--no-renames"],
  ["rev-parse", "--is-shallow-repository"],
  ["symbolic-ref", "--short", "--quiet", "HEAD"],
  ["ls-files", "-v", ":/"],
  ["for-each-ref", "--contains", "HEAD", "--format=%(refname:lstrip=3)", "refs/remotes/origin"],
] as const;

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Parses Git's answers. `missing` tells which tracked paths were left behind on
 * the way here (an upload's ignore list), so that they do not look deleted.
 * Throws RepositoryError.
 */
export function readRepositoryState(answers: readonly GitAnswer[], missing: (path: string) => boolean = () => false): RepositoryState {
  const [topLevel, head, status, shallow, branch, flags, origin] = answers;
  if (topLevel === undefined || head === undefined || status === undefined || shallow === undefined || branch === undefined) {
    throw new RepositoryError("GIT_FAILED", "Git was not asked everything.");
  }
  if (topLevel.exitCode !== 0) {
    throw new RepositoryError(
      "NOT_A_REPOSITORY",
      /not a git repository/.test(topLevel.stderr)
        ? "This folder is not in a Git repository, and a release is named by its commit. Nothing was started. Run it in a clone, or begin one: git init && git add -A && git commit"
        : `Git cannot read the repository: ${firstLine(topLevel.stderr)}. Nothing was started.${trustIt(topLevel.stderr)}`,
    );
  }
  // An empty repository has a state; a broken one has none, and says so below.
  if (head.exitCode !== 0 && status.exitCode === 0) {
    throw new RepositoryError("NO_COMMITS", "The repository has no commit yet, and a release is named by its commit. Nothing was started. Commit first: git add -A && git commit");
  }
  for (const answer of [status, shallow]) {
    if (answer.exitCode !== 0) throw new RepositoryError("GIT_FAILED", `Git cannot tell the state of the tree: ${firstLine(answer.stderr)}. Nothing was started.`);
  }
  const changes = status.stdout.split("\0").filter((entry) => entry !== "" && !(/^ D /.test(entry) && missing(entry.slice(3))));
  return {
    commit: head.stdout.trim(),
    ...(branch.exitCode === 0 ? { branch: branch.stdout.trim() } : {}),
    dirty: changes.length > 0 || hidesChanges(flags?.stdout ?? ""),
    shallow: shallow.stdout.trim() === "true",
    // `HEAD` is the origin's own name for one of them.
    onOrigin: (origin?.exitCode === 0 ? origin.stdout : "").split("\n").filter((name) => name !== "" && name !== "HEAD"),
  };
}

/** Files that Git was told not to look at (assume-unchanged in lower case, skip-worktree as S): their state is unknown. */
const hidesChanges = (flags: string): boolean => flags.split("\n").some((line) => /^[a-zS] /.test(line));

/** `<sha7>`, or `<sha7>-dirty`, which no AWS target takes. */
export function imageTag(repository: RepositoryState): string {
  return `${repository.commit.slice(0, 7)}${repository.dirty ? "-dirty" : ""}`;
}

/** Git says itself how to trust another user's repository, on its last line. */
function trustIt(stderr: string): string {
  const command = /git config --global --add safe\.directory .*/.exec(stderr)?.[0];
  return command === undefined ? "" : ` If you trust its owner: ${command}`;
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
