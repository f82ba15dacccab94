export type RequestErrorCode =
  | 'INVALID_INPUT'
  | 'MALFORMED_REQUEST'
  | 'BODY_TOO_LARGE'
  | 'NOTE_NOT_FOUND'
  | 'NO_SUCH_ROUTE'
  | 'DATABASE_UNAVAILABLE'
  | 'REFUSED'
  | 'INTERNAL';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** An error whose words are meant for the caller. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly statusCode: number;
  readonly code: RequestErrorCode;
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(statusCode: number, code: RequestErrorCode, message: string, fields?: readonly FieldProblem[]) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.fields = fields;
  }
}
