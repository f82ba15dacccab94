import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { isUnavailable } from './database/is-unavailable.ts';
import type { LogLevel } from './settings.ts';

export type Log = Logger;

/** JSON lines on standard output, or on the given stream. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service: 'backend' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeForLog },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

// PostgreSQL's errors carry whole rows ("Failing row contains …") and query parameters in extra
// properties, which pino's own serializer would print.
function describeForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    // A database that is away is expected, and logged with every probe.
    ...(!isUnavailable(error) && { stack: error.stack }),
  };
}

/** What NestJS says about its own start is of interest only when debugging. */
export function nestLog(log: Log): LoggerService {
  const about = (details: readonly unknown[]) => ({ details: details.map(String) });
  return {
    log: (message: unknown, ...details: unknown[]) => { log.debug(about(details), String(message)); },
    debug: (message: unknown, ...details: unknown[]) => { log.debug(about(details), String(message)); },
    verbose: (message: unknown, ...details: unknown[]) => { log.trace(about(details), String(message)); },
    warn: (message: unknown, ...details: unknown[]) => { log.warn(about(details), String(message)); },
    error: (message: unknown, ...details: unknown[]) => { log.error(about(details), String(message)); },
    fatal: (message: unknown, ...details: unknown[]) => { log.fatal(about(details), String(message)); },
  };
}
