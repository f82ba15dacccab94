import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { createApp } from '../../src/create-app.ts';
import { createDatabase, createPool, probeLimits, requestLimits } from '../../src/database/connect.ts';
import { prepareDatabase } from '../../src/database/prepare-database.ts';
import { Readiness } from '../../src/health/readiness.ts';
import { NoteRepository } from '../../src/notes/note-repository.ts';
import type { DatabaseAddress } from '../../src/settings.ts';
import { captureLog, type CapturedLog } from './captured-log.ts';
import { testClock, type TestClock } from './test-clock.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface TestApp extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly captured: CapturedLog;
  /** Sends JSON when there is a body, and reads the answer. */
  send(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of answers that are objects; read a property and compare it. */
  readonly json: Record<string, unknown>;
}

/** The application on a free port, on a database of its own that is migrated as in production. */
export async function startApp(redirect: Partial<DatabaseAddress> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const captured = captureLog();
  const clock = testClock();
  const { log } = captured;
  const settings = {
    port: 0, logLevel: 'info', seedDevelopmentData: false, startupTimeoutMs: 1_000, shutdownTimeoutMs: 1_000,
    database: { ...database.address, ...database.backendRole },
    migrationRole: database.migrationRole,
  } as const;
  await prepareDatabase(settings, { timeoutMs: 1_000, clock, signal: new AbortController().signal, log }, log);

  const address = { ...database.address, ...redirect };
  const pool = createPool(address, database.backendRole, requestLimits, log);
  const probe = createPool(address, database.backendRole, probeLimits, log);
  const notes = new NoteRepository(createDatabase(pool), { newId: randomUUID, now: () => clock.now() });
  // The metrics library keeps one registry for the whole process.
  register.clear();
  const app = await createApp({ notes, readiness: new Readiness(probe, log) }, { log, clock });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    url, port: Number(new URL(url).port), database, clock, captured,
    send: (method, path, body) => send(`${url}${path}`, method, body),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await Promise.all([pool.end(), probe.end()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

async function send(url: string, method: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return {
    status: response.status, headers: response.headers, text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
