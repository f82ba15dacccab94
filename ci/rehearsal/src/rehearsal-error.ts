/** What a person who starts a rehearsal can be told. */
export type RehearsalErrorCode = "BAD_ARGUMENTS" | "STATE_UNREADABLE" | "PORT_TAKEN" | "NOT_LOOPBACK" | "NOT_RUNNING" | "SILENT" | "STATE_TAKEN" | "OTHER_WORLD" | "NO_ENGINE" | "ENGINE_SILENT" | "ENGINE_REFUSES_LIMITS" | "ENGINE_FAILS" | "DISK_FULL" | "DID_NOT_START" | "DID_NOT_STOP";

export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
  readonly code: RehearsalErrorCode;
  /** What to do next. */
  readonly next: string;

  constructor(code: RehearsalErrorCode, message: string, next: string) {
    super(message);
    this.code = code;
    this.next = next;
  }
}
