import { HttpException, NotFoundException } from '@nestjs/common';
import { expect, test } from 'vitest';
import { describeError } from '../../src/http/describe-error.ts';
import { RequestError } from '../../src/http/request-error.ts';

const withStatus = (status: number) => Object.assign(new Error('secret inside'), { status });

test.each([
  [new RequestError(404, 'NOTE_NOT_FOUND', 'gone'), 404, 'NOTE_NOT_FOUND'],
  [new NotFoundException(), 404, 'NO_SUCH_ROUTE'],
  [withStatus(413), 413, 'BODY_TOO_LARGE'],
  [withStatus(400), 400, 'MALFORMED_REQUEST'],
  [withStatus(415), 415, 'REFUSED'],
  [new HttpException('secret inside', 405), 405, 'REFUSED'],
  [Object.assign(new Error('secret inside'), { code: 'ECONNREFUSED' }), 503, 'DATABASE_UNAVAILABLE'],
  [Object.assign(new Error('secret inside'), { code: '23505' }), 500, 'INTERNAL'],
  [withStatus(200), 500, 'INTERNAL'],
  ['secret inside', 500, 'INTERNAL'],
])('%s is answered as %i %s', (error, statusCode, code) => {
  const described = describeError(error);
  expect(described).toMatchObject({ statusCode, code });
  expect(described.message).not.toContain('secret');
});
