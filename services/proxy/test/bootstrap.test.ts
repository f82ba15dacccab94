import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProxyContainer } from './proxy-container.ts';
import { freePort, says, Upstream } from './upstream.ts';

let proxy: ProxyContainer;
let behind: Upstream;

beforeAll(async () => {
  behind = await Upstream.start(says(200));
  proxy = await ProxyContainer.start({ NOTES_BOOTSTRAP: 'on', BACKEND_PORT: await freePort(), FRONTEND_PORT: behind.port });
});
afterAll(async () => {
  await proxy.stop();
  await behind.stop();
});

test('is ready before anything is released, without any upstream', async () => {
  const answer = await fetch(proxy.url('/ready'));
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'bootstrap', released: false }]);
  expect((await fetch(proxy.url('/nginx-health'))).status).toBe(200);
  expect(await proxy.exec('check-http', `${proxy.port}`, '/ready')).toEqual({ code: 0, output: '' });
});

test.each(['/', '/index.html', '/healthz', '/ready/', '/%72eady/x', '/apis'])('serves nobody at %s and says what it is', async (path) => {
  const answer = await fetch(proxy.url(path));
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
  expect(await answer.text()).toContain('Notes has not been released yet');
  expect(behind.requests).toEqual([]);
});

test('answers the API in its own words', async () => {
  const answer = await fetch(proxy.url('/api/notes'), { method: 'POST', body: '{}' });
  expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'NOT_RELEASED' })]);
});

test('says at the start that it is no release', () => {
  expect(proxy.errors()).toContain('NOTES_BOOTSTRAP=on, so this answers /ready and serves nobody');
});

test('is not on by a slip', async () => {
  const { code, errors } = await ProxyContainer.refusal({ NOTES_BOOTSTRAP: 'true' });
  expect([code, errors]).toEqual([78, expect.stringContaining("NOTES_BOOTSTRAP='true' is neither 'on' nor 'off'")]);
  const normal = await ProxyContainer.start({ NOTES_BOOTSTRAP: 'off', BACKEND_PORT: await freePort(), FRONTEND_PORT: behind.port });
  const answer = await fetch(normal.url('/ready'));
  await normal.stop();
  expect(answer.status).toBe(503);
});
