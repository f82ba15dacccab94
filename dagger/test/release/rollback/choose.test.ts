import { expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/report/release-schema.ts";
import { chooseRollback } from "../../../src/release/rollback/choose.ts";

const commitOf = (letter: string): string => letter.toLowerCase().repeat(40).replaceAll(/[^0-9a-f]/g, "0");

/** `A B C! A<` is: A released, B released, C failed, back to A. Returns it newest first, as AWS lists it. */
function historyOf(text: string): HistoryEntry[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word, index): HistoryEntry => {
      const [letter = "", sign = ""] = word;
      return {
        deploymentId: `d-${String(index)}`,
        what: sign === "<" ? "rollback" : "release",
        outcome: sign === "!" ? "rolled-back" : sign === "?" ? "failed" : sign === "…" ? "running" : "released",
        commit: commitOf(letter),
        taskDefinitionArn: letter,
        startedAt: new Date(index * 1000).toISOString(),
      };
    })
    .toReversed();
}

it.each([
  ["A B", "B", "A"],
  ["A B C!", "B", "A"],
  ["A B C?", "B", "A"],
  ["A B C", "C", "B"],
  ["A B C B<", "B", "A"],
  ["A B C B< A<", "A", undefined],
  ["A B A< B", "B", "A"],
  ["A B A< C", "C", "A"],
  ["A B A< C A<", "A", undefined],
  ["A B B", "B", "A"],
  ["A B! C", "C", "A"],
  ["A B C A", "A", undefined],
  ["B C A<", "A", undefined],
  ["B C A< D", "D", "A"],
  ["A", "A", undefined],
  ["A!", "X", undefined],
  ["A B", "X", "B"],
  ["", "X", undefined],
])("after %s, with %s running, goes back to %s", (text, runs, expected) => {
  const choose = () => chooseRollback({ history: historyOf(text), runs, isMixed: false }).taskDefinitionArn;
  if (expected === undefined) expect(choose).toThrow(expect.objectContaining({ code: "NOTHING_TO_ROLL_BACK_TO", exitCode: 2 }));
  else expect(choose()).toBe(expected);
});

it("goes further back with each rollback, and never to and fro", () => {
  let text = "A B C D";
  const seen = [];
  for (let runs = "D"; ; ) {
    try {
      runs = chooseRollback({ history: historyOf(text), runs, isMixed: false }).taskDefinitionArn;
    } catch {
      break;
    }
    seen.push(runs);
    text += ` ${runs}<`;
  }
  expect(seen).toEqual(["C", "B", "A"]);
});

it.each([
  ["a whole commit", "A B C", "C", commitOf("A"), "A"],
  ["its first seven digits", "A B C", "C", commitOf("B").slice(0, 7), "B"],
  ["one that was gone back from", "A B A<", "A", commitOf("B"), "B"],
])("goes to the commit that is named: %s", (_what, text, runs, to, expected) => {
  expect(chooseRollback({ history: historyOf(text), runs, isMixed: false, to }).taskDefinitionArn).toBe(expected);
});

it.each([
  ["what runs already", "A B", "B", commitOf("B"), "NOT_POSSIBLE_NOW", "runs already, and has all traffic"],
  ["what was never deployed", "A B", "B", commitOf("F"), "UNKNOWN_COMMIT", "among the last 2 deployments"],
  ["what was never released", "A B C!", "B", commitOf("C"), "UNKNOWN_COMMIT", "was deployed, but never released: it ended as rolled-back"],
  ["what is no commit", "A B", "B", "main", "UNKNOWN_COMMIT", "main is not a commit"],
  ["too little of one", "A B", "B", "aaa", "UNKNOWN_COMMIT", "7 to 40 hex digits"],
])("refuses %s", (_what, text, runs, to, code, words) => {
  expect(() => chooseRollback({ history: historyOf(text), runs, isMixed: false, to })).toThrow(expect.objectContaining({ code, exitCode: 2, happened: expect.stringContaining(words) as string }));
});

it("refuses the beginning of two commits", () => {
  const history = historyOf("A B").map((entry, index) => ({ ...entry, commit: `abcdef1${String(index).repeat(33)}` }));
  expect(() => chooseRollback({ history, runs: "X", isMixed: false, to: "abcdef1" })).toThrow("is the beginning of several commits");
});

it("goes back to what is still the primary version when a shift was left half way", () => {
  expect(chooseRollback({ history: historyOf("A B C?"), runs: "B", isMixed: true })).toMatchObject({ taskDefinitionArn: "B", entry: { deploymentId: "d-1" } });
});

it("refuses when what runs could not be read", () => {
  expect(() => chooseRollback({ history: historyOf("A B"), runs: undefined, isMixed: false })).toThrow("What runs now could not be read");
});

/** The same letter with another sign of its own is another revision of the same commit. */
const revisionsOf = (...words: readonly string[]): HistoryEntry[] => historyOf(words.join(" ")).map((entry, index) => ({ ...entry, taskDefinitionArn: words[words.length - 1 - index] }));

it.each<[readonly string[], string, string | undefined]>([
  [["A1", "B1", "B2"], "B2", "A1"],
  [["A1", "B1", "B2", "B3"], "B3", "A1"],
  [["A1", "B1", "A2"], "A2", "B1"],
  [["A1", "A2"], "A2", undefined],
  [["A1", "B1"], "B9", "A1"],
])("after %j, with %s running, does not go to another revision of the commit that runs", (words, runs, expected) => {
  const choose = () => chooseRollback({ history: revisionsOf(...words), runs, runsCommit: commitOf(runs[0] ?? ""), isMixed: false }).taskDefinitionArn;
  if (expected === undefined) expect(choose).toThrow(expect.objectContaining({ code: "NOTHING_TO_ROLL_BACK_TO" }));
  else expect(choose()).toBe(expected);
});

it("refuses another revision of the commit that runs when it is named: it runs already", () => {
  expect(() => chooseRollback({ history: revisionsOf("A1", "B1", "B2"), runs: "B2", runsCommit: commitOf("B"), isMixed: false, to: commitOf("B").slice(0, 7) })).toThrow(expect.objectContaining({ code: "NOT_POSSIBLE_NOW", happened: expect.stringContaining("runs already") as string }));
});
