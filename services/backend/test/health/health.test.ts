import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { breakableConnection, type BreakableConnection } from '../support/breakable-connection.ts';
import { startApp, type TestApp } from '../support/start-app.ts';

let connection: BreakableConnection;
let app: TestApp;
beforeEach(async () => {
  const server = new URL(inject('serverUrl'));
  connection = await breakableConnection({ host: server.hostname, port: Number(server.port || 5432) });
  app = await startApp({ host: '127.0.0.1', port: connection.port });
});
afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await connection[Symbol.asyncDispose]();
});

const status = async (path: string) => (await app.send('GET', path)).status;

test('is ready while the database answers', async () => {
  expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
});

test('is alive but not ready while the database is gone, and recovers by itself', async () => {
  expect(await status('/ready')).toBe(200);
  connection.cut();
  expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
  expect((await app.send('GET', '/api/notes')).json.code).toBe('DATABASE_UNAVAILABLE');
  connection.restore();
  expect([await status('/ready'), await status('/api/notes')]).toEqual([200, 200]);
});

test('is not ready within a short time when the database is silent', async () => {
  expect(await status('/ready')).toBe(200);
  connection.silence();
  const startedAt = performance.now();
  expect(await status('/ready')).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  expect(await status('/health')).toBe(200);
});

test('is not ready while the notes table is missing', async () => {
  await app.database.superuser.query('alter table notes rename to elsewhere');
  expect(await status('/ready')).toBe(503);
  await app.database.superuser.query('alter table elsewhere rename to notes');
  expect(await status('/ready')).toBe(200);
});
