/** What the repository's history tells a release. Undefined or empty where this clone does not have the commits. */
export interface GitLog {
  /** Whether `older` is the same as `newer`, or came before it. */
  isAncestor(older: string, newer: string): Promise<boolean | undefined>;
  /** First lines of the messages of what is in `to` and not in `from`, newest first, each after its 7 digits; no more than `most`. */
  between(from: string, to: string, most: number): Promise<readonly string[]>;
  /** The 40 digits of a commit that is named by its first ones. */
  resolve(name: string): Promise<string | undefined>;
  /** How many files of a folder are in `newer` and were not in `older`. */
  filesAdded(older: string, newer: string, folder: string): Promise<number | undefined>;
  /** Who wrote the commit, and its first line. */
  describe(commit: string): Promise<{ readonly author: string; readonly subject: string } | undefined>;
}

export interface GitRun {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Asks Git itself: `run` gets the arguments after `git`. */
export function gitLog(run: (args: readonly string[]) => Promise<GitRun>): GitLog {
  const lines = async (args: readonly string[]): Promise<readonly string[]> => {
    const { exitCode, stdout } = await run(args);
    return exitCode === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
  };
  return {
    isAncestor: async (older, newer) => {
      const { exitCode } = await run(["merge-base", "--is-ancestor", older, newer]);
      return exitCode === 0 ? true : exitCode === 1 ? false : undefined;
    },
    between: async (from, to, most) => lines(["log", `--max-count=${String(most)}`, "--abbrev=7", "--format=%h %s", `${from}..${to}`]),
    resolve: async (name) => (await lines(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]))[0],
    filesAdded: async (older, newer, folder) => {
      const { exitCode, stdout } = await run(["diff", "--name-only", "--no-renames", "--diff-filter=A", older, newer, "--", folder]);
      return exitCode === 0 ? stdout.split("\n").filter((line) => line !== "").length : undefined;
    },
    describe: async (commit) => {
      const [author, subject] = await lines(["log", "--max-count=1", "--format=%an%n%s", commit]);
      return author === undefined ? undefined : { author, subject: subject ?? "" };
    },
  };
}
