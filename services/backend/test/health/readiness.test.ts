import { expect, test } from 'vitest';
import { Readiness } from '../../src/health/readiness.ts';
import { captureLog } from '../support/captured-log.ts';

test('probes that come at the same time ask the database once', async () => {
  let asked = 0;
  const query = () => { asked += 1; return Promise.resolve(); };
  const readiness = new Readiness({ query } as never, captureLog().log);
  expect(await Promise.all([readiness.isReady(), readiness.isReady(), readiness.isReady()])).toEqual([true, true, true]);
  expect(asked).toBe(1);
  await readiness.isReady();
  expect(asked).toBe(2);
});
