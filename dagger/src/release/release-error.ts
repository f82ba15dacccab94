import type { ExitCode } from "../report/schema.ts";

/** Why a release ended other than in an outcome, and the exit code that it means (docs/runbook.md has them all). */
const exitCodes = {
  /** Who is asking is not known, or its credentials have expired and nobody renewed them. */
  NO_CREDENTIALS: 2,
  /** The role may not; the message names the action. */
  ACCESS_DENIED: 2,
  /** Nothing answers where the target is said to be. */
  ENDPOINT_UNREACHABLE: 2,
  /** The tree, its commit or its branch may not go to AWS. */
  NOT_RELEASABLE: 2,
  BAD_TEMPLATE: 2,
  /** Something that AWS would refuse, or that would not work there: all of it at once. */
  PREFLIGHT: 2,
  UNKNOWN_COMMIT: 2,
  /** Another deployment of the service runs. */
  DEPLOYMENT_RUNS: 2,
  /** What runs is newer than what was to be released. */
  OLDER_COMMIT: 2,
  NOTHING_TO_ROLL_BACK_TO: 2,
  NOT_POSSIBLE_NOW: 2,
  /** The image could not be pushed, or is not what was pushed; nothing was deployed. */
  PUSH_FAILED: 1,
  /** Contact was lost while traffic may have been moving. */
  LOST_SIGHT: 3,
  /** AWS failed otherwise before anything was changed. */
  AWS_FAILED: 4,
} as const satisfies Record<string, ExitCode>;

export type ReleaseErrorCode = keyof typeof exitCodes;

/** `happened` says what and in which state things are now; `next` says what to do. Both are whole sentences. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  readonly code: ReleaseErrorCode;
  readonly happened: string;
  readonly next: string;

  constructor(code: ReleaseErrorCode, happened: string, next: string, cause?: unknown) {
    super(`${happened} ${next}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.happened = happened;
    this.next = next;
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code];
  }
}
