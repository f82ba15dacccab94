import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Log } from '../log.ts';
import { describeError } from './describe-error.ts';

/** Answers every error as `{ code, message, fields? }`, and logs those that are ours. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { statusCode, code, message, fields } = describeError(error);
    if (statusCode >= 500) this.#log.error({ err: error, code }, 'a request failed');
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(statusCode).json({ code, message, ...(fields && { fields }) });
  }
}
