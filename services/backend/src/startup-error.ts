/** Why the process did not start; the operator finds the code in the log's last line. */
export type StartupErrorCode =
  | 'SETTINGS_WRONG'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_REFUSED'
  | 'MIGRATION_FAILED'
  | 'PORT_UNAVAILABLE';

/** An expected failure: it is logged with its advice and without a stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly code: StartupErrorCode;

  constructor(code: StartupErrorCode, whatHappened: string, whatToDo: string, cause?: unknown) {
    super(`The backend did not start. ${whatHappened} ${whatToDo}`, { cause });
    this.code = code;
  }
}
