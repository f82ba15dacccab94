/** What a person who starts a rehearsal can be told. */
export const rehearsalErrorCodes = [
  "BAD_ARGUMENTS",
  "BAD_WORLD",
  "STATE_UNREADABLE",
  "STATE_UNWRITABLE",
  "STATE_TAKEN",
  "PORT_TAKEN",
  "NOT_LOOPBACK",
  "NOT_RUNNING",
  "SILENT",
  "OTHER_WORLD",
  "NO_ENGINE",
  "ENGINE_SILENT",
  "ENGINE_REFUSES_LIMITS",
  "ENGINE_FAILS",
  "DISK_FULL",
  "DID_NOT_START",
  "DID_NOT_STOP",
] as const;
export type RehearsalErrorCode = (typeof rehearsalErrorCodes)[number];

/** Those that no other argument would help against: the machine has to be mended. */
const broken: ReadonlySet<RehearsalErrorCode> = new Set<RehearsalErrorCode>(["NO_ENGINE", "ENGINE_SILENT", "ENGINE_REFUSES_LIMITS", "ENGINE_FAILS", "DISK_FULL", "STATE_UNWRITABLE", "DID_NOT_START", "DID_NOT_STOP"]);

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

  /** Of a command that ends with it: 2 refused, 4 broken. */
  get exitCode(): 2 | 4 {
    return broken.has(this.code) ? 4 : 2;
  }
}
