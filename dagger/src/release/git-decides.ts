import type { RepositoryState } from "../repository.ts";
import { ReleaseError } from "./release-error.ts";

export interface GitQuestion {
  readonly repository: RepositoryState;
  readonly releaseBranch: string;
  /** Why the rules are to be broken; recorded with the release. */
  readonly breakGlass?: string;
  /** The gates have judged what is released, or nothing is: false for a push or a deployment by itself. */
  readonly gated: boolean;
}

/** Rules that are broken on purpose, and why. */
export interface BreakGlass {
  readonly rules: readonly string[];
  readonly reason: string;
}

/**
 * Whether this tree may go to AWS: a clean commit on the origin's release branch.
 * Returns the rules that `breakGlass` overrides, undefined where none had to be;
 * throws ReleaseError NOT_RELEASABLE with all that stands against it.
 */
export function requireReleasable({ repository, releaseBranch, breakGlass, gated }: GitQuestion): BreakGlass | undefined {
  const against = [...objections(repository, releaseBranch), ...(gated ? [] : [ungated])];
  if (against.length === 0) return undefined;
  if (breakGlass !== undefined && breakGlass.trim() !== "" && !repository.dirty) return { rules: against.map(({ happened }) => happened), reason: breakGlass.trim() };
  throw new ReleaseError("NOT_RELEASABLE", `${against.map(({ happened }) => happened).join(" ")} Nothing was pushed.`, [...new Set(against.map(({ next }) => next)), "Anything can be rehearsed: leave --target aws out."].join(" "));
}

const ungated = { happened: "No gate judges what is released this way.", next: "Run the whole pipeline with --target aws; with --break-glass the gates are left out, and the reason is recorded." };

/** Uncommitted changes are never released, whatever the reason: nobody could say later what ran. */
function objections({ commit, dirty, onOrigin, shallow }: RepositoryState, releaseBranch: string): { happened: string; next: string }[] {
  const against: { happened: string; next: string }[] = [];
  if (dirty) against.push({ happened: "The tree has uncommitted changes, and what goes to AWS is a commit.", next: "Commit them, or stash them." });
  if (!onOrigin.includes(releaseBranch)) {
    const short = commit.slice(0, 7);
    against.push({
      happened: onOrigin.length > 0 ? `Commit ${short} is on the origin's ${onOrigin.join(", ")}, not on its ${releaseBranch}.` : `Commit ${short} is not on the origin's ${releaseBranch}${shallow ? ", as far as this shallow clone knows" : ""}.`,
      next: shallow ? "Fetch the whole history (git fetch --unshallow), and merge it." : `Merge it into ${releaseBranch} and push, or fetch if that is done (git fetch origin).`,
    });
  }
  return against;
}
