/** What a run of tests left, whatever ran it. */
export interface TestRun {
  /** With its version, where it says so. */
  readonly tool: string;
  /** Flaky ones among them: their last run passed. */
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly problems: readonly TestProblem[];
}

export type TestRule = "failed-test" | "broken-test-file" | "unfinished-test-file" | "unhandled-error" | "flaky-test";

export interface TestProblem {
  readonly rule: TestRule;
  /** The test's full name, or what else is broken. */
  readonly name: string;
  /** All that the tool says of it; the first line is shown. */
  readonly message: string;
  /** `file:line` or `file`, from the repository's root; absent when nobody says. */
  readonly where?: string;
}

const longest = 300;
const shortened = (line: string): string => (line.length > longest ? `${line.slice(0, longest - 1)}…` : line);

/** A message's first line with words in it, at most 300 characters. */
export function firstLine(message: string): string {
  return shortened(message.split("\n").map((text) => text.trim()).find((text) => text !== "") ?? "");
}

/** A name may have line breaks in it. */
export const oneLine = (name: string): string => shortened(name.replaceAll(/\s+/g, " ").trim());
