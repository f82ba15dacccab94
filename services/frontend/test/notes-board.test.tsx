import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { NotesBoard } from '../src/components/notes-board';
import { FakeBackend, makeNote } from './fake-backend';

const status = () => screen.getByRole('status').textContent;
const newNote = () => within(screen.getByRole('form', { name: 'New note' }));
const cardOf = async (title: string) => within(await screen.findByRole('listitem', { name: title }));
const titles = () => screen.queryAllByRole('heading', { level: 3 }).map((heading) => heading.textContent);

function open(backend: FakeBackend) {
  render(<NotesBoard />);
  return { backend, user: userEvent.setup() };
}

describe('the list', () => {
  test('shows every note and counts them', async () => {
    open(new FakeBackend(makeNote({ title: 'Bread', body: 'with seeds' }), makeNote({ title: 'Milk' })));
    await screen.findByText('with seeds');
    expect(titles()).toEqual(['Bread', 'Milk']);
    expect(status()).toBe('2 notes.');
  });

  test('invites to write the first note when there is none', async () => {
    open(new FakeBackend());
    await screen.findByText('There are no notes yet. Write the first one.');
  });

  test('asks for what is typed into the search, once per pause', async () => {
    const { backend, user } = open(new FakeBackend(makeNote({ title: 'Bread' }), makeNote({ title: 'Milk' })));
    await screen.findByText('Milk');
    await user.type(screen.getByLabelText('Search'), 'bread');
    await waitFor(() => expect(titles()).toEqual(['Bread']));
    expect(status()).toBe('1 note found.');
    expect(backend.calls.filter(({ path }) => path.includes('search=')).map(({ path }) => path)).toEqual([
      '/api/notes?limit=100&offset=0&search=bread',
    ]);
  });

  test('offers every category and shows only the chosen one', async () => {
    const { user } = open(
      new FakeBackend(makeNote({ title: 'Bread', category: 'home' }), makeNote({ title: 'Plan', category: 'work' })),
    );
    await screen.findByText('Plan');
    const select = screen.getByLabelText('Category', { selector: 'select' });
    expect(within(select).getAllByRole('option').map((option) => option.textContent)).toEqual(['All', 'home', 'work']);
    await user.selectOptions(select, 'work');
    await waitFor(() => expect(titles()).toEqual(['Plan']));
    expect(within(select).getAllByRole('option')).toHaveLength(3);
  });

  test('shows the next hundred notes on demand', async () => {
    const many = Array.from({ length: 130 }, () => makeNote());
    const { user } = open(new FakeBackend(...many));
    await screen.findByText('130 notes.');
    expect(titles()).toHaveLength(100);
    await user.click(screen.getByRole('button', { name: 'Show more notes' }));
    await waitFor(() => expect(titles()).toHaveLength(130));
    expect(screen.queryByRole('button', { name: 'Show more notes' })).toBeNull();
  });

  test('says what to do when it cannot be loaded, and loads on the second try', async () => {
    const backend = new FakeBackend(makeNote({ title: 'Bread' }));
    const working = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError('failed to fetch'));
    const { user } = open(backend);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('cannot be reached. Check your connection, then try again.');
    globalThis.fetch = working;
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await screen.findByText('Bread');
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a new note', () => {
  test('is stored, announced and shown, and the form is empty again', async () => {
    const { backend, user } = open(new FakeBackend());
    await user.type(newNote().getByLabelText('Title'), '  Bread ');
    await user.type(newNote().getByLabelText('Text'), 'with seeds');
    await user.clear(newNote().getByLabelText('Category'));
    await user.type(newNote().getByLabelText('Category'), 'home');
    await user.click(newNote().getByRole('button', { name: 'Create note' }));
    await cardOf('Bread');
    expect(backend.writes()).toEqual([
      { method: 'POST', path: '/api/notes', body: { title: 'Bread', body: 'with seeds', category: 'home' } },
    ]);
    expect(status()).toBe('“Bread” was created. 1 note.');
    expect(newNote().getByLabelText<HTMLInputElement>('Title').value).toBe('');
  });

  test('without a title is not sent: the field says why and has the focus', async () => {
    const { backend, user } = open(new FakeBackend());
    await user.click(newNote().getByRole('button', { name: 'Create note' }));
    const title = newNote().getByRole('textbox', { name: 'Title', description: 'Give the note a title.' });
    expect(document.activeElement).toBe(title);
    expect(backend.writes()).toEqual([]);
  });

  test.each([
    [new TypeError('failed to fetch'), 'cannot be reached'],
    [{ status: 503, body: { code: 'DATABASE_UNAVAILABLE', message: '' } }, 'not available just now (503)'],
    [{ status: 502, body: '<html>502 Bad Gateway</html>' }, 'not available just now (502)'],
    [{ status: 201, body: { unexpected: true } }, 'does not understand'],
  ])('that fails (%o) keeps what was typed and can be sent again', async (answer, words) => {
    const { backend, user } = open(new FakeBackend());
    backend.answerNextWrite(answer);
    await user.type(newNote().getByLabelText('Title'), 'Bread');
    await user.click(newNote().getByRole('button', { name: 'Create note' }));
    expect((await newNote().findByRole('alert')).textContent).toContain(words);
    expect(newNote().getByLabelText<HTMLInputElement>('Title').value).toBe('Bread');
    await user.click(newNote().getByRole('button', { name: 'Create note' }));
    await cardOf('Bread');
    expect(newNote().queryByRole('alert')).toBeNull();
  });

  test('is stored once, however often the button is pressed', async () => {
    const { backend, user } = open(new FakeBackend());
    await user.type(newNote().getByLabelText('Title'), 'Bread');
    const release = backend.hold();
    await user.click(newNote().getByRole('button', { name: 'Create note' }));
    await user.click(newNote().getByRole('button', { name: 'Saving…' }));
    release();
    await cardOf('Bread');
    expect(backend.writes()).toHaveLength(1);
  });

  test('is unfolded and folded by its heading without losing what was typed', async () => {
    const { user } = open(new FakeBackend());
    const toggle = screen.getByRole('button', { name: 'New note' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    await user.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    await user.type(newNote().getByLabelText('Title'), 'Bread');
    await user.click(toggle);
    await user.click(toggle);
    expect(newNote().getByLabelText<HTMLInputElement>('Title').value).toBe('Bread');
  });
});
