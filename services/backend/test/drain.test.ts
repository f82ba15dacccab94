import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareDrain, type Drain } from '../src/drain.ts';
import { captureLog, type CapturedLog } from './support/captured-log.ts';
import { testClock } from './support/test-clock.ts';

let server: Server;
let drain: Drain;
let captured: CapturedLog;
let endBound: () => void;
let agent: Agent;

beforeEach(async () => {
  captured = captureLog();
  agent = new Agent({ keepAlive: true });
  // Longer than a test may take: a drain that waits for it fails.
  server = createServer({ keepAliveTimeout: 600_000 });
  // The bound ends when the test says so, or when the drain calls it off.
  const clock = {
    ...testClock(),
    sleep: (_ms: number, signal?: AbortSignal) => new Promise<void>((resolve) => {
      endBound = resolve;
      signal?.addEventListener('abort', () => { resolve(); });
    }),
  };
  drain = prepareDrain(server, clock, captured.log);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
});

/** A request whose answer the test gives. */
async function requestInFlight() {
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent });
  const answer = once(request, 'response') as Promise<[IncomingMessage]>;
  answer.catch(() => undefined);
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  return { answer, response };
}

test('an idle server is drained at once', async () => {
  await drain.run(1_000);
  expect(server.listening).toBe(false);
  expect(captured.lines.at(-1)).toMatchObject({ inFlight: 0 });
});

test('an answer in flight is completed, and its kept-alive connection closed', async () => {
  const { answer, response } = await requestInFlight();
  const drained = drain.run(1_000);
  expect(server.listening).toBe(false);
  response.end('done');
  const [message] = await answer;
  expect(message.headers.connection).toBe('close');
  await drained;
  expect(captured.lines.some(({ level }) => level === 'warn')).toBe(false);
});

test('an answer that has begun is completed, too', async () => {
  const { answer, response } = await requestInFlight();
  response.write('first ');
  const drained = drain.run(1_000);
  response.end('second');
  const [message] = await answer;
  expect((await message.setEncoding('utf8').toArray()).join('')).toBe('first second');
  await drained;
});

test('what is not answered at the bound is cut off', async () => {
  const { answer } = await requestInFlight();
  const drained = drain.run(1_000);
  endBound();
  await drained;
  await expect(answer).rejects.toThrow('socket hang up');
  expect(captured.lines.at(-1)).toMatchObject({ level: 'warn', cutOff: 1 });
});
