import { expect, test } from 'vitest';
import { nestLog } from '../src/log.ts';
import { captureLog } from './support/captured-log.ts';

test('an error is logged without the row and the parameters that PostgreSQL puts into it', () => {
  const captured = captureLog();
  const { log, lines } = captured;
  const error = Object.assign(new Error('violates not-null constraint'), {
    code: '23502', detail: 'Failing row contains (my diary).', parameters: ['my diary'],
  });
  log.error({ err: error }, 'a request failed');
  expect(lines[0]).toMatchObject({ level: 'error', msg: 'a request failed', err: { code: '23502', type: 'Error' } });
  expect(captured.text()).not.toContain('diary');
});

test('what is thrown without being an error is logged as text', () => {
  const { log, lines } = captureLog();
  log.error({ err: 'just a word' }, 'failed');
  expect(lines[0]).toMatchObject({ err: { message: 'just a word' } });
});

test('only an unexpected error is logged with its stack', () => {
  const { log, lines } = captureLog();
  log.error({ err: new Error('a mistake') }, 'failed');
  log.error({ err: Object.assign(new Error('no database'), { code: 'ECONNREFUSED' }) }, 'failed');
  expect(lines.map(({ err }) => Object.keys(err as object))).toEqual([['type', 'message', 'stack'], ['type', 'message', 'code']]);
});

test('of NestJS, only warnings and worse reach the usual level', () => {
  const { log, lines } = captureLog();
  const nest = nestLog(log);
  nest.log('starting', 'Router');
  nest.debug?.('details');
  nest.verbose?.('more details');
  nest.warn('odd', 'Router');
  nest.error('bad');
  nest.fatal?.('worse');
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([['warn', 'odd'], ['error', 'bad'], ['fatal', 'worse']]);
  expect(lines[0]).toMatchObject({ details: ['Router'] });
});
