import { HttpException, NotFoundException } from '@nestjs/common';
import { isUnavailable } from '../database/is-unavailable.ts';
import { RequestError } from './request-error.ts';

/** Says in a caller's words what went wrong; nothing of an unexpected error's own text gets out. */
export function describeError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (isUnavailable(error)) {
    return new RequestError(503, 'DATABASE_UNAVAILABLE', 'The notes cannot be reached just now. Try again in a moment.');
  }
  if (error instanceof NotFoundException) {
    return new RequestError(404, 'NO_SUCH_ROUTE', 'There is nothing under this method and address.');
  }
  const statusCode = statusOf(error);
  if (statusCode === 413) {
    return new RequestError(413, 'BODY_TOO_LARGE', 'The request body is too large. Nothing was changed. Send a shorter note.');
  }
  if (statusCode === 400) {
    return new RequestError(400, 'MALFORMED_REQUEST', 'The request cannot be read: its address or its JSON body is malformed. Nothing was changed.');
  }
  if (statusCode !== undefined) {
    return new RequestError(statusCode, 'REFUSED', 'The request was refused. Nothing was changed.');
  }
  return new RequestError(500, 'INTERNAL', 'Something went wrong on our side. Try again; if it stays, tell the operators the time.');
}

// Express's parsers throw errors with a 4xx `status`, NestJS wraps some of them.
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
