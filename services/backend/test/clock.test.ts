import { expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';

test('a sleep ends at once, without an error, when its signal is aborted', async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(600_000, controller.signal);
  controller.abort();
  await expect(sleeping).resolves.toBeUndefined();
});

test('a sleep without a signal lasts as long as asked', async () => {
  const startedAt = systemClock.elapsedMs();
  await systemClock.sleep(20);
  expect(systemClock.elapsedMs() - startedAt).toBeGreaterThanOrEqual(19);
});
