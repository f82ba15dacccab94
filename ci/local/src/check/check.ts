/** One part of the project's own check. */
export interface Check {
  readonly name: string;
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
