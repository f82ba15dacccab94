import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { lockNotes } from './support/lock-notes.ts';
import { compileBackend, environmentFor, spawnBackend, type BackendProcess } from './support/spawn-backend.ts';
import { createTestDatabase, rows, type TestDatabase } from './support/test-database.ts';

beforeAll(compileBackend);

let database: TestDatabase;
let running: BackendProcess[];
beforeEach(async () => {
  database = await createTestDatabase();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((backend) => backend[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

function start(environment: Record<string, string> = {}): BackendProcess {
  const backend = spawnBackend({ ...environmentFor(database), ...environment });
  running.push(backend);
  return backend;
}

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => { socket.destroy(); resolve(false); });
    socket.once('error', () => { resolve(true); });
  });
}

/** A request that cannot be answered until `release` is called. */
async function requestInFlight(port: number) {
  const lock = await lockNotes(database);
  const answer = fetch(`http://127.0.0.1:${port}/api/notes`);
  answer.catch(() => undefined);
  await lock.someoneWaits();
  return { answer, release: () => lock.release() };
}

test('migrates an empty database, listens and keeps notes', async () => {
  const port = await start().listening();
  const created = await fetch(`http://127.0.0.1:${port}/api/notes`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"title":"First"}',
  });
  expect(created.status).toBe(201);
  expect(await rows(database.superuser, 'select title from notes')).toEqual([{ title: 'First' }]);
});

test('two that start at once on an empty database both come up', async () => {
  const ports = await Promise.all([start().listening(), start().listening()]);
  const ready = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/ready`)).status));
  expect(ready).toEqual([200, 200]);
});

test('SIGTERM stops accepting, finishes the request in flight, and exits 0', async () => {
  const backend = start();
  const port = await backend.listening();
  const { answer, release } = await requestInFlight(port);
  backend.signal('SIGTERM');
  expect(await backend.logged('stopping: no new connections, finishing requests in flight')).toMatchObject({ inFlight: 1 });
  await vi.waitUntil(async () => isRefused(port), { timeout: 10_000 });
  await release();
  expect((await answer).status).toBe(200);
  expect(await backend.exit).toBe(0);
  const left = "select 1 from pg_stat_activity where application_name = 'notes-backend' and datname = current_database()";
  await vi.waitUntil(async () => (await rows(database.superuser, left)).length === 0, { timeout: 10_000 });
});

test('SIGTERM cuts off what takes longer than the bound, and still exits 0', async () => {
  const backend = start({ SHUTDOWN_TIMEOUT_SECONDS: '1' });
  const { answer, release } = await requestInFlight(await backend.listening());
  backend.signal('SIGTERM');
  expect(await backend.exit).toBe(0);
  await expect(answer).rejects.toThrow();
  expect(backend.lines).toContainEqual(expect.objectContaining({ level: 'warn', cutOff: 1 }));
  await release();
});

test('SIGTERM with an idle kept-alive connection does not wait for it', async () => {
  const backend = start({ SHUTDOWN_TIMEOUT_SECONDS: '100' });
  const port = await backend.listening();
  await (await fetch(`http://127.0.0.1:${port}/health`)).text();
  backend.signal('SIGTERM');
  expect(await backend.exit).toBe(0);
});

test('SIGTERM while it waits for a database that is not there exits 0', async () => {
  const backend = start({ DATABASE_PORT: '1' });
  await backend.logged('the database does not answer yet; asking again');
  backend.signal('SIGTERM');
  expect(await backend.exit).toBe(0);
});

test('without a migration role it starts and is not ready until the schema is there', async () => {
  const environment = { MIGRATION_DATABASE_USER: '', MIGRATION_DATABASE_PASSWORD: '' };
  const port = await start(environment).listening();
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status;
  expect(await ready()).toBe(503);
  await start().listening();
  expect(await ready()).toBe(200);
});

test('seeds development data only when asked', async () => {
  const port = await start({ SEED_DEVELOPMENT_DATA: 'true' }).listening();
  const list = await (await fetch(`http://127.0.0.1:${port}/api/notes`)).json() as { total: number };
  expect(list.total).toBeGreaterThan(0);
});

test('wrong settings end it with 1 and one line that names them', async () => {
  const backend = start({ PORT: 'x', DATABASE_HOST: '' });
  expect(await backend.exit).toBe(1);
  expect(backend.lines).toHaveLength(1);
  expect(backend.lines[0]).toMatchObject({
    level: 'fatal', code: 'SETTINGS_WRONG', msg: expect.stringMatching(/PORT must be .*DATABASE_HOST is missing/) as string,
  });
});

test('a wrong password ends it with 1 at once, and is not logged', async () => {
  const backend = start({ MIGRATION_DATABASE_PASSWORD: 'not-the-password' });
  expect(await backend.exit).toBe(1);
  expect(backend.lines.at(-1)).toMatchObject({ level: 'fatal', code: 'DATABASE_REFUSED' });
  expect(JSON.stringify(backend.lines)).not.toContain('not-the-password');
});

test('a port in use ends it with 1 and says so', async () => {
  const port = await start().listening();
  const second = start({ PORT: String(port) });
  expect(await second.exit).toBe(1);
  expect(second.lines.at(-1)).toMatchObject({ level: 'fatal', code: 'PORT_UNAVAILABLE' });
});
