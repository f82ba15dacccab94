import { expect, test } from 'vitest';
import { waitForDatabase } from '../../src/database/wait-for-database.ts';
import { captureLog } from '../support/captured-log.ts';
import { testClock } from '../support/test-clock.ts';

const refusedConnection = Object.assign(new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:5432')]), {
  code: 'ECONNREFUSED',
});
const wrongPassword = Object.assign(new Error('password authentication failed for user "backend"'), { code: '28P01' });

/** Fails with the given errors, one a query, and then answers. */
function waitFor(errors: Iterable<Error>, signal = new AbortController().signal) {
  const failures = errors[Symbol.iterator]();
  const clock = testClock();
  let asked = 0;
  const query = () => {
    asked += 1;
    const next = failures.next();
    return next.done === true ? Promise.resolve() : Promise.reject(next.value);
  };
  const waiting = waitForDatabase({ query } as never, { timeoutMs: 10_000, clock, signal, log: captureLog().log });
  return { waiting, clock, asked: () => asked };
}

function* forever(error: Error) {
  for (;;) yield error;
}

test('asks again while the database is starting', async () => {
  const { waiting, asked, clock } = waitFor([refusedConnection, refusedConnection]);
  await waiting;
  expect([asked(), clock.elapsedMs()]).toEqual([3, 1_000]);
});

test('gives up after the time allowed, and says what it saw last', async () => {
  const { waiting, clock } = waitFor(forever(refusedConnection));
  await expect(waiting).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('for 10 seconds (last: connect ECONNREFUSED 127.0.0.1:5432)') as string,
  });
  expect(clock.elapsedMs()).toBe(10_000);
});

test('does not ask again when the database answers no', async () => {
  const { waiting, asked } = waitFor(forever(wrongPassword));
  await expect(waiting).rejects.toMatchObject({
    code: 'DATABASE_REFUSED', message: expect.stringContaining('password authentication failed') as string,
  });
  expect(asked()).toBe(1);
});

test('ends when the process is told to stop', async () => {
  const { waiting, asked } = waitFor(forever(refusedConnection), AbortSignal.abort());
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  expect(asked()).toBe(0);
});
