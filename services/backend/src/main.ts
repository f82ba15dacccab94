import { randomUUID } from 'node:crypto';
import { systemClock as clock } from './clock.ts';
import { createApp } from './create-app.ts';
import { createDatabase, createPool, probeLimits, requestLimits } from './database/connect.ts';
import { prepareDatabase } from './database/prepare-database.ts';
import { seedDevelopmentData } from './database/seed-development-data.ts';
import { prepareDrain } from './drain.ts';
import { Readiness } from './health/readiness.ts';
import { createLog, type Log } from './log.ts';
import { NoteRepository } from './notes/note-repository.ts';
import { readSettings, type Settings } from './settings.ts';
import { StartupError } from './startup-error.ts';

/** After the last request: closing idle database connections must not use up the time until SIGKILL. */
const closeTimeoutMs = 2_000;

async function main(): Promise<void> {
  // First of all: process 1 of a container ignores signals that it does not handle.
  const stop = stopSignal();
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  await prepareDatabase(settings, { timeoutMs: settings.startupTimeoutMs, clock, signal: stop, log }, log);
  await serve(settings, log, stop);
  log.info('stopped');
}

async function serve(settings: Settings, log: Log, stop: AbortSignal): Promise<void> {
  const origin = { newId: randomUUID, now: () => clock.now() };
  const pool = createPool(settings.database, settings.database, requestLimits, log);
  const probe = createPool(settings.database, settings.database, probeLimits, log);
  const db = createDatabase(pool);
  if (settings.seedDevelopmentData) {
    log.info({ notes: await seedDevelopmentData(db, origin) }, 'development data is in place');
  }
  const app = await createApp({ notes: new NoteRepository(db, origin), readiness: new Readiness(probe, log) }, { log, clock });
  const server = app.getHttpServer();
  const drain = prepareDrain(server, clock, log);
  await app.listen(settings.port).catch((error: unknown) => { throw portUnavailable(settings.port, error); });
  log.info({ address: server.address() }, 'listening');
  await aborted(stop);
  await drain.run(settings.shutdownTimeoutMs);
  await Promise.race([Promise.all([pool.end(), probe.end()]), clock.sleep(closeTimeoutMs)]);
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { controller.abort(); });
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }); });
}

function portUnavailable(port: number, error: unknown): StartupError {
  return new StartupError(
    'PORT_UNAVAILABLE',
    `Port ${port} cannot be listened on: ${error instanceof Error ? error.message : String(error)}.`,
    'Set PORT to a free one, or stop what uses it. The schema may have been migrated.',
    error,
  );
}

function reportFailure(error: unknown): void {
  const log = createLog('info');
  if (error instanceof StartupError) log.fatal({ code: error.code }, error.message);
  else log.fatal({ err: error }, 'the backend ended because of an unexpected error');
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const stoppedWhileStarting = error instanceof Error && error.name === 'AbortError';
  if (!stoppedWhileStarting) reportFailure(error);
  process.exit(stoppedWhileStarting ? 0 : 1);
}
