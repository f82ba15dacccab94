import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NotePage } from '../../src/notes/note.ts';
import { startApp, type Answer, type TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => { app = await startApp(); });
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(() => app.database.superuser.query('truncate notes'));

const create = (note: object) => app.send('POST', '/api/notes', note);

async function createTitled(...titles: string[]): Promise<void> {
  for (const title of titles) {
    await create({ title });
    app.clock.advance(1_000);
  }
}

async function titles(query = ''): Promise<string[]> {
  const { json } = await app.send('GET', `/api/notes${query}`);
  return (json as unknown as NotePage).items.map((note) => note.title);
}

const fieldsOf = (answer: Answer) => (answer.json.fields as { field: string }[]).map(({ field }) => field);

describe('a note', () => {
  test('is created with an id, defaults and both times, and can be fetched', async () => {
    const created = await create({ title: '  Milk  ' });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      title: 'Milk', body: '', category: 'general', pinned: false,
      createdAt: app.clock.now().toISOString(), updatedAt: app.clock.now().toISOString(),
    });
    expect((await app.send('GET', `/api/notes/${String(created.json.id)}`)).json).toEqual(created.json);
  });

  test('keeps what PATCH does not mention, and its creation time', async () => {
    const { json: note } = await create({ title: 'Old', body: 'text', category: 'work' });
    app.clock.advance(60_000);
    const changed = await app.send('PATCH', `/api/notes/${String(note.id)}`, { title: 'New' });
    expect(changed.status).toBe(200);
    expect(changed.json).toEqual({ ...note, title: 'New', updatedAt: app.clock.now().toISOString() });
  });

  test('is replaced as a whole by PUT', async () => {
    const { json: note } = await create({ title: 'Old', body: 'text', category: 'work', pinned: true });
    const content = { title: 'New', body: '', category: 'home', pinned: false };
    const replaced = await app.send('PUT', `/api/notes/${String(note.id)}`, content);
    expect(replaced.json).toMatchObject({ ...content, id: note.id, createdAt: note.createdAt });
    const incomplete = await app.send('PUT', `/api/notes/${String(note.id)}`, { title: 'New' });
    expect([incomplete.status, fieldsOf(incomplete)]).toEqual([400, ['body', 'category', 'pinned']]);
  });

  test('is pinned and unpinned', async () => {
    const { json: note } = await create({ title: 'A' });
    const path = `/api/notes/${String(note.id)}/pin`;
    expect((await app.send('PUT', path, { pinned: true })).json.pinned).toBe(true);
    expect((await app.send('PUT', path, { pinned: false })).json.pinned).toBe(false);
  });

  test('is gone once deleted', async () => {
    const { json: note } = await create({ title: 'A' });
    const path = `/api/notes/${String(note.id)}`;
    const deleted = await app.send('DELETE', path);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await app.send('GET', path)).status).toBe(404);
    expect((await app.send('DELETE', path)).status).toBe(404);
  });

  test.each([
    ['GET', '', undefined],
    ['PATCH', '', { title: 'x' }],
    ['PUT', '', { title: 'x', body: '', category: 'c', pinned: false }],
    ['PUT', '/pin', { pinned: true }],
    ['DELETE', '', undefined],
  ])('%s%s of an unknown id is 404, of a malformed id 400', async (method, suffix, body) => {
    const unknown = await app.send(method, `/api/notes/${randomUUID()}${suffix}`, body);
    expect([unknown.status, unknown.json.code]).toEqual([404, 'NOTE_NOT_FOUND']);
    const malformed = await app.send(method, `/api/notes/42${suffix}`, body);
    expect([malformed.status, fieldsOf(malformed)]).toEqual([400, ['id']]);
  });
});

describe('the list', () => {
  test('is empty at first', async () => {
    expect((await app.send('GET', '/api/notes')).json).toEqual({ items: [], total: 0, limit: 50, offset: 0 });
  });

  test('has pinned notes first, then the newest', async () => {
    await create({ title: 'pinned', pinned: true });
    app.clock.advance(1_000);
    await createTitled('older', 'newer');
    expect(await titles()).toEqual(['pinned', 'newer', 'older']);
  });

  test('is searched in title and body, whatever the case', async () => {
    await create({ title: 'Groceries', body: 'Bread and ÄPFEL' });
    await create({ title: 'Work' });
    expect(await titles('?search=GROC')).toEqual(['Groceries']);
    expect(await titles(`?search=${encodeURIComponent('äpfel')}`)).toEqual(['Groceries']);
    expect(await titles('?search=nothing')).toEqual([]);
  });

  test.each(['%', '_', '\\', "'"])('takes %s in a search literally', async (character) => {
    await createTitled('plain', `with ${character} inside`);
    expect(await titles(`?search=${encodeURIComponent(character)}`)).toEqual([`with ${character} inside`]);
  });

  test('is narrowed to a category, together with a search', async () => {
    await create({ title: 'Plan A', category: 'work' });
    await create({ title: 'Plan B', category: 'home' });
    await create({ title: 'Other', category: 'home' });
    expect(await titles('?category=work')).toEqual(['Plan A']);
    expect(await titles('?category=home&search=plan')).toEqual(['Plan B']);
  });

  test('ignores an empty search and an empty category', async () => {
    await createTitled('only');
    expect(await titles('?search=&category=')).toEqual(['only']);
  });

  test('comes in pages that know the total', async () => {
    await createTitled('1', '2', '3');
    const { json } = await app.send('GET', '/api/notes?limit=2&offset=1');
    expect(json).toMatchObject({ total: 3, limit: 2, offset: 1 });
    expect(await titles('?limit=2&offset=1')).toEqual(['2', '1']);
  });

  test.each([
    ['?limit=0', 'limit'], ['?limit=101', 'limit'], ['?limit=x', 'limit'], ['?offset=-1', 'offset'],
    ['?search=a&search=b', 'search'], ['?category=%00', 'category'],
  ])('refuses %s and names %s', async (query, field) => {
    const answer = await app.send('GET', `/api/notes${query}`);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
  });
});

describe('bad input', () => {
  test.each([
    [{}, ['title']],
    [{ title: '   ', category: '' }, ['title', 'category']],
    [{ title: 'x'.repeat(201), body: 'x'.repeat(20_001), category: 'x'.repeat(51) }, ['title', 'body', 'category']],
    [{ title: 1, body: null, pinned: 'yes' }, ['title', 'body', 'pinned']],
    [{ title: 'a\0b' }, ['title']],
    [{ title: 'a', id: 'mine', owner: 'me' }, ['id', 'owner']],
    [[], ['body']],
  ])('%j is 400 and names each field', async (body, fields) => {
    const answer = await create(body);
    expect([answer.status, answer.json.code, fieldsOf(answer)]).toEqual([400, 'INVALID_INPUT', fields]);
  });

  test('an empty PATCH is 400', async () => {
    const { json: note } = await create({ title: 'A' });
    expect((await app.send('PATCH', `/api/notes/${String(note.id)}`, {})).status).toBe(400);
  });

  test('a body that is not JSON, or malformed, is 400', async () => {
    const post = (headers: Record<string, string>) => fetch(`${app.url}/api/notes`, { method: 'POST', headers, body: '{"title": "A' });
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(400);
    const malformed = await post({ 'content-type': 'application/json' });
    expect([malformed.status, await malformed.json()]).toEqual([400, expect.objectContaining({ code: 'MALFORMED_REQUEST' })]);
  });

  test('a body that is too large is 413', async () => {
    const answer = await create({ title: 'A', body: 'x'.repeat(200_000) });
    expect([answer.status, answer.json.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  test('the longest note allowed fits, however it is escaped', async () => {
    const body = `{"title":"A","body":"${'\\u00e9'.repeat(20_000)}"}`;
    const response = await fetch(`${app.url}/api/notes`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body,
    });
    expect(response.status).toBe(201);
  });

  test('badly encoded and unknown addresses are refused in words of ours', async () => {
    expect((await app.send('GET', '/api/notes/%ZZ')).json.code).toBe('MALFORMED_REQUEST');
    const unknown = await app.send('GET', '/api/nothing');
    expect([unknown.status, unknown.json.code]).toEqual([404, 'NO_SUCH_ROUTE']);
  });
});
