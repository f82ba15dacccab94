import { expect, test } from 'vitest';
import { messageOf, refused } from '../src/lib/request-error';

const fields = [
  { field: 'title', message: 'is too long' },
  { field: 'category', message: 'is missing' },
];

test.each([
  [400, { code: 'INVALID_INPUT', message: 'Nothing was changed.', fields }, 'title: is too long; category: is missing. Correct it'],
  [400, { code: 'MALFORMED_REQUEST', message: 'The request cannot be read.' }, 'this: The request cannot be read. Correct it'],
  [400, undefined, 'it gave no reason'],
  [404, { code: 'NOTE_NOT_FOUND', message: 'There is no note.' }, 'it was deleted elsewhere'],
  [404, { code: 'NO_SUCH_ROUTE', message: 'There is nothing.' }, 'an older version may still be open'],
  [409, undefined, 'refused this request (409). Reload the page'],
  [413, undefined, 'Shorten it'],
  [429, undefined, 'Wait a moment'],
  [500, 'not json', 'Nothing you typed is lost'],
  [504, { code: 'BACKEND_TIMEOUT', message: 'late' }, 'see whether the change was saved'],
])('status %i with %o is explained with “…%s…”', (status, body, words) => {
  const error = refused(status, body);
  expect(error.message).toContain(words);
  expect(error.status).toBe(status);
});

test('an error of the page itself is explained without its internals', () => {
  expect(messageOf(new TypeError('x is undefined'))).not.toContain('undefined');
  expect(messageOf('thrown text')).toContain('reload the page');
});
