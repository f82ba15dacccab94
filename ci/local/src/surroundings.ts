import type { Paint } from "../../../dagger/src/report/text.ts";

/** What the command line gives a run. */
export interface Surroundings {
  /** Folder in which the command was given. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** For the report with --json. */
  readonly writeReport: (text: string) => void;
  /** For people. */
  readonly write: (text: string) => void;
  readonly live: boolean;
  readonly width: number;
  readonly paint: Paint;
  /** Absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}
