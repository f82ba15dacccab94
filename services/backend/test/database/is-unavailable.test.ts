import { expect, test } from 'vitest';
import { isUnavailable } from '../../src/database/is-unavailable.ts';

const coded = (code: string) => Object.assign(new Error('…'), { code });

test.each([
  coded('ECONNREFUSED'), coded('ENOTFOUND'), coded('57P03'), coded('08006'), coded('53300'),
  new Error('timeout exceeded when trying to connect'), new Error('Connection terminated unexpectedly'),
  new Error('Query read timeout'), Object.assign(new AggregateError([coded('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
])('%o may pass by itself', (error) => { expect(isUnavailable(error)).toBe(true); });

test.each([
  coded('28P01'), coded('3D000'), coded('42P01'), coded('42501'), coded('57014'), new Error('anything'), 'text', undefined,
])('%o does not', (error) => { expect(isUnavailable(error)).toBe(false); });
