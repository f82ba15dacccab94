import { execa } from "execa";
import { CliError } from "../cli-error.ts";

/**
 * The commit at which a pull request left the branch that it will be merged
 * into. `asked` is any name of a commit; without it, the release branch at the
 * origin, else the one here. Throws CliError BAD_REPOSITORY.
 */
export async function mergeBase(root: string, asked: string | undefined, releaseBranch: string): Promise<string> {
  const git = async (...args: string[]) => execa("git", args, { cwd: root, reject: false, env: { LC_ALL: "C" } });
  const candidates = asked === undefined ? [`origin/${releaseBranch}`, releaseBranch] : [asked];
  for (const candidate of candidates) {
    const { exitCode } = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${candidate}^{commit}`);
    if (exitCode !== 0) continue;
    const base = await git("merge-base", "HEAD", candidate);
    if (base.exitCode === 0) return base.stdout.trim();
    throw new CliError("BAD_REPOSITORY", `HEAD and ${candidate} have no commit in common, so nothing can be told from what was there before. Nothing was started.`, "Fetch more of the history (git fetch --unshallow), or name another commit with --base.");
  }
  throw new CliError("BAD_REPOSITORY", `There is no ${candidates.join(" and no ")} to compare with. Nothing was started.`, `Fetch it (git fetch origin ${releaseBranch}), name a commit with --base, or set releaseBranch in gitops.json.`);
}
