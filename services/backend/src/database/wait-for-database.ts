import type { Pool } from 'pg';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { StartupError } from '../startup-error.ts';
import { isUnavailable } from './is-unavailable.ts';

const pauseMs = 500;

export interface Patience {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Asks until the database answers; throws when it refuses, or does not answer in time. */
export async function waitForDatabase(pool: Pick<Pool, 'query'>, patience: Patience): Promise<void> {
  const { clock, timeoutMs, signal, log } = patience;
  const deadline = clock.elapsedMs() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (!isUnavailable(error)) throw refused(error);
      if (clock.elapsedMs() + pauseMs > deadline) throw unreachable(timeoutMs, error);
      log.info({ reason: String(error) }, 'the database does not answer yet; asking again');
    }
    await clock.sleep(pauseMs, signal);
  }
}

function refused(error: unknown): StartupError {
  return new StartupError(
    'DATABASE_REFUSED',
    `The database answered, but refused the connection: ${reason(error)}.`,
    'Nothing was changed. Check DATABASE_NAME, DATABASE_TLS, the roles and their passwords.',
    error,
  );
}

function unreachable(timeoutMs: number, error: unknown): StartupError {
  return new StartupError(
    'DATABASE_UNREACHABLE',
    `The database did not answer for ${timeoutMs / 1000} seconds (last: ${reason(error)}).`,
    'Nothing was changed. Check DATABASE_HOST, DATABASE_PORT, DATABASE_TLS and that the database is running; ' +
      'STARTUP_TIMEOUT_SECONDS sets how long to wait.',
    error,
  );
}

function reason(error: unknown): string {
  // Node puts the two refusals of one name (IPv4 and IPv6) into an error without a message.
  if (error instanceof AggregateError) return error.errors.map(reason).join(', ');
  return error instanceof Error ? error.message : String(error);
}
