/** Why a step has no result. Each is a reason for `unavailable`, but BUILD_FAILED. */
export type StepErrorCode =
  | "IMAGE_UNAVAILABLE"
  | "BUILD_FAILED"
  | "TOOL_FAILED"
  | "TIMED_OUT"
  | "OUT_OF_MEMORY"
  | "OUTPUT_MISSING"
  | "OUTPUT_TOO_LARGE"
  | "SOURCE_UNREADABLE"
  | "DISK_FULL"
  | "ENGINE_LOST"
  | "CANCELLED";

export class StepError extends Error {
  override readonly name = "StepError";
  readonly code: StepErrorCode;
  /** The end of what the tool printed, for the log and the report's detail. */
  readonly log: string;

  constructor(code: StepErrorCode, message: string, options: { log?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.log = options.log ?? "";
  }
}
