import type { ExitCode } from "../../../dagger/src/report/schema.ts";

/** What ends the command line with something other than a verdict, and with which exit code. */
const exitCodes = {
  BAD_ARGUMENTS: 2,
  BAD_CONFIG: 2,
  BAD_REPOSITORY: 2,
  UNKNOWN_ID: 2,
  OUT_IN_USE: 2,
  OUT_NOT_OURS: 2,
  OUT_NOT_WRITABLE: 4,
  ALLOW_LIST_NOT_WRITABLE: 4,
  ENGINE: 4,
  NO_REHEARSAL: 2,
  OTHER_WORLD: 2,
  REHEARSAL: 4,
} as const satisfies Record<string, ExitCode>;

export type CliErrorCode = keyof typeof exitCodes;

export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  /** `happened` says what and in which state things are; `next` says what to do. */
  constructor(code: CliErrorCode, happened: string, next: string, cause?: unknown) {
    super(next === "" ? happened : `${happened} ${next}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code];
  }
}
