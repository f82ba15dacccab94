import type { HistoryEntry } from "../../report/release-schema.ts";
import { ReleaseError } from "../release-error.ts";

export interface Choice {
  /** The revision to go back to, and the release that brought it; undefined where only what runs is known. */
  readonly taskDefinitionArn: string;
  readonly entry: HistoryEntry | undefined;
}

export interface ChooseInputs {
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  /** The revision of the primary task set; undefined where it could not be read. */
  readonly runs: string | undefined;
  /** The commit that its tags bear. */
  readonly runsCommit?: string | undefined;
  /** Whether some of the traffic goes elsewhere than to what runs, with no deployment under way. */
  readonly isMixed: boolean;
  /** A commit, or the beginning of one. */
  readonly to?: string;
}

/**
 * Which revision a rollback goes to. Without a commit: the last one before what
 * runs, of another commit, that was released and not gone back from, so that each
 * further rollback goes further back. Throws ReleaseError.
 */
export function chooseRollback({ history, isMixed, runs, runsCommit, to }: ChooseInputs): Choice {
  if (runs === undefined) throw new ReleaseError("NOT_POSSIBLE_NOW", "What runs now could not be read, so there is nothing to go back from. Nothing was changed.", "See with `status` what could not be read.");
  if (to !== undefined) return named(history, to, { runs, runsCommit, isMixed });
  // Somebody stopped a shift half way: back is to what still is the primary one.
  if (isMixed) return { taskDefinitionArn: runs, entry: history.find((entry) => entry.taskDefinitionArn === runs && entry.outcome === "released") };
  const line = lineOf(history);
  const at = line.findLastIndex(({ taskDefinitionArn }) => taskDefinitionArn === runs);
  const before = line.slice(0, at < 0 ? line.length : at).findLast(({ entry }) => !isSame(entry.commit, runsCommit));
  if (before === undefined) {
    throw new ReleaseError("NOTHING_TO_ROLL_BACK_TO", `No release before the one that runs is known in the last ${String(history.length)} deployments. Nothing was changed.`, "Name an older one with `--to <commit>`, or release a commit that mends it.");
  }
  return before;
}

type Known = Choice & { readonly entry: HistoryEntry };

/** The releases that lead to what runs, oldest first: where one was gone back to, all that came after it is left out. */
function lineOf(history: readonly HistoryEntry[]): Known[] {
  let line: Known[] = [];
  for (const entry of history.toReversed()) {
    const { outcome, taskDefinitionArn, what } = entry;
    if (outcome !== "released" || taskDefinitionArn === undefined) continue;
    const at = line.findIndex((known) => known.taskDefinitionArn === taskDefinitionArn);
    if (at >= 0) line = line.slice(0, at + 1);
    // What was gone back to came before everything that is known here.
    else line = what === "rollback" ? [{ taskDefinitionArn, entry }] : [...line, { taskDefinitionArn, entry }];
  }
  return line;
}

/** One of them may be known by its first digits only. */
const isSame = (one: string | undefined, other: string | undefined): boolean => one !== undefined && other !== undefined && (one.startsWith(other) || other.startsWith(one));

function named(history: readonly HistoryEntry[], to: string, { isMixed, runs, runsCommit }: { readonly runs: string; readonly runsCommit: string | undefined; readonly isMixed: boolean }): Choice {
  if (!/^[0-9a-f]{7,40}$/.test(to)) throw new ReleaseError("UNKNOWN_COMMIT", `${to} is not a commit: it has to be 7 to 40 hex digits. Nothing was changed.`, "`history` lists the commits that were released.");
  const meant = history.filter(({ commit }) => isSame(commit, to));
  const commits = [...new Set(meant.flatMap(({ commit }) => commit ?? []))];
  if (commits.some((commit) => commits.some((other) => !isSame(commit, other)))) {
    throw new ReleaseError("UNKNOWN_COMMIT", `${to} is the beginning of several commits that were released: ${commits.join(", ")}. Nothing was changed.`, "Name more digits of the one that is meant.");
  }
  if (!isMixed && isSame(runsCommit, to)) throw runsAlready(to);
  const entry = meant.find(({ outcome, taskDefinitionArn }) => outcome === "released" && taskDefinitionArn !== undefined);
  if (entry?.taskDefinitionArn === undefined) {
    const why = meant.length === 0 ? `No release of ${to} is among the last ${String(history.length)} deployments.` : `${to} was deployed, but never released: it ended as ${meant[0]?.outcome ?? ""}.`;
    throw new ReleaseError("UNKNOWN_COMMIT", `${why} Nothing was changed.`, "`history` lists the commits that were released; any commit can be released anew with `pipeline`.");
  }
  if (entry.taskDefinitionArn === runs && !isMixed) throw runsAlready(to);
  return { taskDefinitionArn: entry.taskDefinitionArn, entry };
}

const runsAlready = (to: string): ReleaseError => new ReleaseError("NOT_POSSIBLE_NOW", `${to} runs already, and has all traffic. Nothing was changed.`, "`history` lists the other commits that were released.");
