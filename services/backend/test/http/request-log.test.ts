import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lockNotes } from '../support/lock-notes.ts';
import { startApp, type TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => { app = await startApp(); });
afterAll(() => app[Symbol.asyncDispose]());

const requests = () => app.captured.lines.filter(({ msg }) => msg === 'request');

test('each request is one line, with its route and without its content', async () => {
  const before = requests().length;
  await app.send('POST', '/api/notes', { title: 'my diary' });
  await app.send('GET', '/api/notes?search=diary');
  expect(requests().slice(before)).toEqual([
    expect.objectContaining({ level: 'info', method: 'POST', path: '/api/notes', url: '/api/notes', statusCode: 201 }),
    expect.objectContaining({ method: 'GET', path: '/api/notes', url: '/api/notes', statusCode: 200, durationMs: 0 }),
  ]);
  expect(app.captured.text()).not.toContain('diary');
});

test('a connection is kept longer than load balancers keep theirs, so that they are the ones to close it', async () => {
  expect((await app.send('GET', '/health')).headers.get('keep-alive')).toBe('timeout=75');
});

test("the load balancer's trace id is logged, but not what could forge a log line", async () => {
  const ask = (id: string) => fetch(`${app.url}/health`, { headers: { 'x-amzn-trace-id': id } });
  await ask('Root=1-67891233-abcdef012345678912345678');
  expect(requests().at(-1)).toMatchObject({ traceId: 'Root=1-67891233-abcdef012345678912345678' });
  await ask('{"level":"fatal"}');
  expect(requests().at(-1)).not.toHaveProperty('traceId');
});

test('a client that leaves before its answer is counted as 499', async () => {
  const lock = await lockNotes(app.database);
  const client = connect(app.port, '127.0.0.1');
  client.write('GET /api/notes HTTP/1.1\r\nHost: test\r\n\r\n');
  await lock.someoneWaits();
  client.destroy();
  await vi.waitUntil(() => requests().some(({ statusCode }) => statusCode === 499), { timeout: 10_000 });
  await lock.release();
  expect((await app.send('GET', '/metrics')).text).toContain(
    'http_requests_total{method="GET",path="/api/notes",status_code="499"} 1',
  );
});
