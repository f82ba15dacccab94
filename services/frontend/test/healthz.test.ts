import { expect, test } from 'vitest';
import { GET } from '../src/app/healthz/route';

test('answers 200 for the process itself, asks no backend and must not be cached', async () => {
  const answer = GET();
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ok' });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
