import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProxyContainer } from './proxy-container.ts';
import { freePort, says, Upstream } from './upstream.ts';

let backend: Upstream;
let frontend: Upstream;
let proxy: ProxyContainer;

beforeAll(async () => {
  backend = await Upstream.start(says(200));
  frontend = await Upstream.start(says(200));
  proxy = await ProxyContainer.start({ BACKEND_PORT: backend.port, FRONTEND_PORT: frontend.port });
});
afterAll(async () => {
  await proxy.stop();
  await backend.stop();
  await frontend.stop();
});
beforeEach(() => {
  backend.requests.length = 0;
  frontend.requests.length = 0;
  backend.answer = says(200, '{"from":"backend"}');
  frontend.answer = says(200, '{"from":"frontend"}');
});

test('passes /api/ to the backend with path, query and body as they came', async () => {
  let body = '';
  backend.answer = (incoming, response) => {
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => response.writeHead(201).end('created'));
  };
  const answer = await fetch(proxy.url('/api/notes/a%2Fb?search=100%25%20juice'), { method: 'POST', body: 'bread' });
  expect([answer.status, await answer.text(), body]).toEqual([201, 'created', 'bread']);
  expect(backend.paths).toEqual(['/api/notes/a%2Fb?search=100%25%20juice']);
  expect(frontend.paths).toEqual([]);
});

test.each(['/', '/healthz', '/apis', '/_next/static/a.js?v=1'])('passes %s to the frontend', async (path) => {
  expect(await (await fetch(proxy.url(path))).json()).toEqual({ from: 'frontend' });
  expect(frontend.paths).toEqual([path]);
});

test.each(['/metrics', '/api/../metrics', '/api/%2e%2e/metrics', '//metrics', '/x/../metrics'])(
  'asks the backend for no metrics when a caller sends %s',
  async (path) => {
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: proxy.port, path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject).end();
    });
    expect(status).toBe(200);
    expect(backend.paths).toEqual([]);
    expect(frontend.paths).toHaveLength(1);
  },
);

describe('headers', () => {
  test('tell the upstream who asked, for what host and by what scheme', async () => {
    await fetch(proxy.url('/api/notes'), {
      headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
    });
    expect(backend.requests[0]?.headers).toMatchObject({
      host: `127.0.0.1:${proxy.port}`,
      'x-forwarded-host': `127.0.0.1:${proxy.port}`,
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
    });
  });

  test('name the scheme of the proxy itself when nothing trustworthy stands in front', async () => {
    await fetch(proxy.url('/api/notes'), { headers: { 'x-forwarded-proto': 'gopher' } });
    expect(backend.requests[0]?.headers['x-forwarded-proto']).toBe('http');
  });

  test('carry one request id to the upstream, the caller and the access log', async () => {
    const answer = await fetch(proxy.url('/api/notes'));
    const id = answer.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(backend.requests[0]?.headers['x-request-id']).toBe(id);
    await vi.waitFor(() =>
      expect(proxy.accessLog()).toContainEqual(
        expect.objectContaining({ requestId: id, method: 'GET', path: '/api/notes', status: 200, upstreamStatus: '200' }),
      ),
    );
  });

  test.each([
    ['a-callers-own.id_1', true],
    ['short', false],
    ['"},{"forged":"line', false],
  ])('take over the request id %s: %s', async (id, kept) => {
    const answer = await fetch(proxy.url('/'), { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id') === id).toBe(kept);
  });

  test('protect every answer, an error too, and ask for HTTPS only behind HTTPS', async () => {
    const plain = await fetch(proxy.url('/'));
    const tooLarge = await fetch(proxy.url('/api/notes'), {
      method: 'POST', body: 'x'.repeat(1_100_000), headers: { 'x-forwarded-proto': 'https' },
    });
    for (const { headers } of [plain, tooLarge]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    }
    expect(plain.headers.get('strict-transport-security')).toBeNull();
    expect(tooLarge.headers.get('strict-transport-security')).toContain('max-age=');
  });
});

test('compresses JSON for callers who can read that', async () => {
  backend.answer = says(200, JSON.stringify({ text: 'bread '.repeat(1000) }));
  const answer = await fetch(proxy.url('/api/notes'), { headers: { 'accept-encoding': 'gzip' } });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(await answer.json()).toEqual({ text: 'bread '.repeat(1000) });
});

test.each([
  [1024 * 1024, 200],
  [1024 * 1024 + 1, 413],
])('answers a body of %i bytes with %i', async (size, status) => {
  const answer = await fetch(proxy.url('/api/notes'), { method: 'POST', body: 'x'.repeat(size) });
  expect(answer.status).toBe(status);
  if (status === 413) expect(await answer.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
});

test('passes an error of the backend on as it is', async () => {
  backend.answer = says(503, '{"code":"DATABASE_UNAVAILABLE"}');
  const answer = await fetch(proxy.url('/api/notes'));
  expect([answer.status, await answer.json()]).toEqual([503, { code: 'DATABASE_UNAVAILABLE' }]);
});

test('runs as nobody special, and its own check tells up from down', async () => {
  expect((await proxy.exec('id', '-u')).output.trim()).toBe('101');
  expect(await proxy.exec('check-http', `${proxy.port}`, '/nginx-health')).toEqual({ code: 0, output: '' });
  const down = await proxy.exec('check-http', `${await freePort()}`, '/');
  expect(down.code).toBe(1);
  expect(down.output).toContain('answered nothing, expected 200');
  frontend.answer = says(500);
  expect((await proxy.exec('check-http', `${proxy.port}`, '/')).output).toContain('answered 500, expected 200');
});
