/**
 * Checks of one lane run one after the other, in their order. Those of
 * `containers` wait for the container engine half of their time, in which those
 * of `processor` compute. `alone` is for what measures: it has the machine for
 * itself, after all others.
 */
export const lanesSideBySide = ["containers", "processor"] as const;
export type Lane = (typeof lanesSideBySide)[number] | "alone";

/** One part of the project's own check. */
export interface Check {
  readonly name: string;
  readonly lane: Lane;
  readonly run: (surroundings: CheckSurroundings) => Promise<CheckResult>;
}

export interface CheckSurroundings {
  /** The repository's root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly notify: (text: string) => void;
}

export interface CheckResult {
  readonly passed: number;
  readonly failed: number;
  /** Tests that say of themselves that they were left out. */
  readonly skipped: number;
  /** Shown when something failed. */
  readonly output: string;
  /** True when nothing had changed and the last result was taken. */
  readonly cached?: boolean;
}
