import { execa } from "execa";
import { gitLog, type GitLog } from "../../../../dagger/src/release/git-log.ts";

/** The history of the repository at `root`. */
export const gitHere = (root: string): GitLog =>
  gitLog(async (args) => {
    const { exitCode, stdout } = await execa("git", args, { cwd: root, reject: false, env: { LC_ALL: "C" } });
    return { exitCode: exitCode ?? -1, stdout };
  });
