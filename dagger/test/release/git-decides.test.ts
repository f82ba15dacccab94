import { describe, expect, it } from "vitest";
import type { RepositoryState } from "../../src/repository.ts";
import { requireReleasable } from "../../src/release/git-decides.ts";
import { aCommit, aRepository } from "../support/values.ts";

const pushed: RepositoryState = { ...aRepository, onOrigin: ["main"] };
const refusal = (repository: RepositoryState, breakGlass?: string): string => {
  try {
    const broken = requireReleasable({ repository, releaseBranch: "main", gated: true, ...(breakGlass === undefined ? {} : { breakGlass }) });
    return `taken: ${broken === undefined ? "" : `${broken.rules.join(" ")} Because: ${broken.reason}`}`;
  } catch (error) {
    return (error as Error).message;
  }
};
const short = aCommit.slice(0, 7);

describe("what may go to AWS", () => {
  it.each<[string, RepositoryState, string | undefined, string]>([
    ["a commit of the origin's release branch may", pushed, undefined, "taken: "],
    ["so it may on a detached HEAD, as CI servers have it", { commit: aCommit, dirty: false, shallow: false, onOrigin: ["feature", "main"] }, undefined, "taken: "],
    ["a dirty tree may not", { ...pushed, dirty: true }, undefined, "The tree has uncommitted changes, and what goes to AWS is a commit. Nothing was pushed. Commit them, or stash them. Anything can be rehearsed: leave --target aws out."],
    ["a commit that was not pushed may not", aRepository, undefined, `Commit ${short} is not on the origin's main. Nothing was pushed. Merge it into main and push, or fetch if that is done (git fetch origin). Anything can be rehearsed: leave --target aws out.`],
    ["a commit of another branch may not", { ...pushed, onOrigin: ["feature"] }, undefined, `Commit ${short} is on the origin's feature, not on its main. Nothing was pushed. Merge it into main and push, or fetch if that is done (git fetch origin). Anything can be rehearsed: leave --target aws out.`],
    ["a shallow clone says what to fetch", { ...aRepository, shallow: true }, undefined, `Commit ${short} is not on the origin's main, as far as this shallow clone knows. Nothing was pushed. Fetch the whole history (git fetch --unshallow), and merge it. Anything can be rehearsed: leave --target aws out.`],
    ["a reason breaks the rule of the branch, and the rule is told", aRepository, "main cannot be pushed to: outage of the forge", `taken: Commit ${short} is not on the origin's main. Because: main cannot be pushed to: outage of the forge`],
    ["an empty reason breaks nothing", aRepository, "  ", `Commit ${short} is not on the origin's main. Nothing was pushed. Merge it into main and push, or fetch if that is done (git fetch origin). Anything can be rehearsed: leave --target aws out.`],
    ["no reason releases what is not committed", { ...pushed, dirty: true }, "quick", "The tree has uncommitted changes, and what goes to AWS is a commit. Nothing was pushed. Commit them, or stash them. Anything can be rehearsed: leave --target aws out."],
  ])("%s", (_name, repository, breakGlass, expected) => {
    expect(refusal(repository, breakGlass)).toBe(expected);
  });

  it("is nothing that no gate has judged, but for a reason", () => {
    const question = { repository: pushed, releaseBranch: "main", gated: false };
    expect(() => requireReleasable(question)).toThrow("No gate judges what is released this way. Nothing was pushed.");
    expect(requireReleasable({ ...question, breakGlass: "the scanners are down, and users are too" })).toEqual({ rules: ["No gate judges what is released this way."], reason: "the scanners are down, and users are too" });
  });
});
