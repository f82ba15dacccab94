import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => { app = await startApp(); });
afterAll(() => app[Symbol.asyncDispose]());

const scrape = async () => (await app.send('GET', '/metrics')).text;

async function series(): Promise<string[]> {
  const names = (await scrape()).split('\n').filter((line) => line.startsWith('http_'));
  return names.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
}

async function counted(method: string, path: string, statusCode: number): Promise<number> {
  const line = `http_requests_total{method="${method}",path="${path}",status_code="${statusCode}"} `;
  const found = (await scrape()).split('\n').find((candidate) => candidate.startsWith(line));
  return found === undefined ? 0 : Number(found.slice(line.length));
}

/** Sends bytes as they are and waits for the server to close the connection. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = connect(app.port, '127.0.0.1');
  socket.end(bytes);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

const rawRequest = (method: string, path = '/api/notes') =>
  sendRaw(`${method} ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);

test('has the process metrics with our prefix, and the HTTP metrics without', async () => {
  const text = await scrape();
  expect(text).toContain('\nnotes_app_process_resident_memory_bytes ');
  expect(text).toContain('# TYPE http_requests_total counter');
  expect(text).toContain('# TYPE http_request_duration_seconds histogram');
});

test('has exactly the promised duration buckets', async () => {
  await app.send('GET', '/health');
  const buckets = [...(await scrape()).matchAll(/http_request_duration_seconds_bucket\{le="([^"]+)",method="GET",path="\/health"\}/g)];
  expect(buckets.map((match) => match[1])).toEqual(
    ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'],
  );
});

test('counts a request under its route pattern, whatever its outcome', async () => {
  await app.send('GET', `/api/notes/${randomUUID()}`);
  await app.send('GET', '/api/notes/malformed');
  expect(await counted('GET', '/api/notes/:id', 404)).toBe(1);
  expect(await counted('GET', '/api/notes/:id', 400)).toBe(1);
});

test.each([
  ['an unknown address', 'GET', 404, () => app.send('GET', '/nowhere')],
  ['malformed JSON', 'POST', 400, () =>
    fetch(`${app.url}/api/notes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })],
  ['a body that is too large', 'POST', 413, () => app.send('POST', '/api/notes', { title: 'x'.repeat(200_000) })],
  ['bad URL encoding', 'GET', 400, () => app.send('GET', '/api/notes/%ZZ')],
  ['an odd method', 'OTHER', 404, () => rawRequest('PROPFIND')],
  ['a CONNECT', 'OTHER', 405, () => rawRequest('CONNECT', 'example.test:443')],
  ['headers that are too large', 'OTHER', 431, () =>
    sendRaw(`GET / HTTP/1.1\r\nHost: test\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`)],
  ['an HTTP/1.1 request without a Host', 'GET', 400, () => sendRaw('GET /health HTTP/1.1\r\n\r\n')],
  ['an expectation that nobody meets', 'GET', 417, () =>
    sendRaw('GET /health HTTP/1.1\r\nHost: test\r\nExpect: miracles\r\nConnection: close\r\n\r\n')],
  ['what is not HTTP at all', 'OTHER', 400, () => sendRaw('BREW / COFFEE\r\n\r\n')],
])('counts %s under "unmatched"', async (_what, method, statusCode, ask) => {
  const before = await counted(method, 'unmatched', statusCode);
  await ask();
  expect(await counted(method, 'unmatched', statusCode)).toBe(before + 1);
});

test('keeps the number of series flat over 1,000 ids, 1,000 unknown addresses and every method', async () => {
  await app.send('GET', `/api/notes/${randomUUID()}`);
  await app.send('GET', `/${randomUUID()}`);
  await rawRequest('PROPFIND');
  await rawRequest('INVENTED');
  await scrape();
  const before = await series();
  for (let batch = 0; batch < 20; batch += 1) {
    await Promise.all(Array.from({ length: 50 }, async () => {
      await app.send('GET', `/api/notes/${randomUUID()}`);
      await app.send('GET', `/${randomUUID()}`);
    }));
  }
  for (const method of ['MKCOL', 'LOCK', 'TRACE', 'REPORT', 'PURGE', 'MADEUP', 'get']) await rawRequest(method);
  expect(await series()).toEqual(before);
  expect(await counted('GET', '/api/notes/:id', 404)).toBeGreaterThanOrEqual(1_000);
  expect(await counted('GET', 'unmatched', 404)).toBeGreaterThanOrEqual(1_000);
});
