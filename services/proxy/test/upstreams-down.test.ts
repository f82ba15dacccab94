import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { ProxyContainer, type Variables } from './proxy-container.ts';
import { freePort, says, Upstream } from './upstream.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function upstream(...answer: Parameters<typeof says>): Promise<Upstream> {
  const started = await Upstream.start(says(...answer));
  cleanups.push(() => started.stop());
  return started;
}

async function proxyWith(variables: Variables): Promise<ProxyContainer> {
  const proxy = await ProxyContainer.start(variables);
  cleanups.push(() => proxy.stop());
  return proxy;
}

async function get(proxy: ProxyContainer, path: string): Promise<[number, unknown]> {
  const answer = await fetch(proxy.url(path));
  return [answer.status, await answer.json()];
}

describe('/ready', () => {
  test('is 200 only while both upstreams answer 200, and asks each for its own check', async () => {
    const backend = await upstream(200);
    const frontend = await upstream(200);
    const proxy = await proxyWith({ BACKEND_PORT: backend.port, FRONTEND_PORT: frontend.port });
    expect(await get(proxy, '/ready')).toEqual([200, { status: 'ready' }]);
    expect([backend.paths, frontend.paths]).toEqual([['/ready'], ['/healthz']]);

    for (const status of [401, 403, 404, 500, 503]) {
      backend.answer = says(status);
      expect(await get(proxy, '/ready')).toEqual([503, { status: 'not ready', failed: 'backend', path: '/ready' }]);
      backend.answer = says(200);
      frontend.answer = says(status);
      expect(await get(proxy, '/ready')).toEqual([503, { status: 'not ready', failed: 'frontend', path: '/healthz' }]);
      frontend.answer = says(200);
    }
    expect((await get(proxy, '/ready'))[0]).toBe(200);

    await frontend.stop();
    expect(await get(proxy, '/ready')).toEqual([503, { status: 'not ready', failed: 'frontend', path: '/healthz' }]);
  });

  test('is 503 when nothing listens on the backend, while pages and the proxy itself still answer', async () => {
    const frontend = await upstream(200, '{}');
    const proxy = await proxyWith({ BACKEND_PORT: await freePort(), FRONTEND_PORT: frontend.port });
    expect(await get(proxy, '/ready')).toEqual([503, { status: 'not ready', failed: 'backend', path: '/ready' }]);
    expect(await get(proxy, '/api/notes')).toEqual([502, expect.objectContaining({ code: 'BACKEND_UNREACHABLE' })]);
    expect((await get(proxy, '/'))[0]).toBe(200);
    expect(await get(proxy, '/nginx-health')).toEqual([200, { status: 'ok' }]);
  });

  test('cannot be bypassed or probed through its inner addresses', async () => {
    const frontend = await upstream(200, '{}');
    const proxy = await proxyWith({ BACKEND_PORT: await freePort(), FRONTEND_PORT: frontend.port });
    for (const path of ['/-/backend-ready', '/-/frontend-ready']) {
      expect((await fetch(proxy.url(path))).status).toBe(404);
    }
  });
});

test('starts although the backend has a name that resolves nowhere yet', async () => {
  const frontend = await upstream(200, '{}');
  const proxy = await proxyWith({ BACKEND_HOST: 'backend.invalid', FRONTEND_PORT: frontend.port });
  expect(await get(proxy, '/api/notes')).toEqual([502, expect.objectContaining({ code: 'BACKEND_UNREACHABLE' })]);
  expect((await get(proxy, '/'))[0]).toBe(200);
});

test('gives up after 15 s on a backend that never answers', async () => {
  const backend = await upstream(200);
  backend.answer = () => undefined;
  const proxy = await proxyWith({ BACKEND_PORT: backend.port });
  expect(await get(proxy, '/api/notes')).toEqual([504, expect.objectContaining({ code: 'BACKEND_TIMEOUT' })]);
}, 60_000);

test('finishes a request in flight when it is told to stop, and exits with 0', async () => {
  const backend = await upstream(200);
  const arrived = new Promise<() => void>((resolve) => {
    backend.answer = (request, response) => resolve(() => says(200, '{"saved":true}')(request, response));
  });
  const proxy = await ProxyContainer.start({ BACKEND_PORT: backend.port });
  const answer = get(proxy, '/api/notes');
  const finish = await arrived;
  const stopped = proxy.stop();
  onTestFinished(async () => { await stopped; });
  await expect.poll(() => fetch(proxy.url('/nginx-health')).then(() => 'open', () => 'closed')).toBe('closed');
  finish();
  expect(await answer).toEqual([200, { saved: true }]);
  expect(await stopped).toBe(0);
});
