import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { NotesBoard } from '../src/components/notes-board';
import type { Note } from '../src/lib/note';
import { FakeBackend, makeNote } from './fake-backend';

const cardOf = async (title: string) => within(await screen.findByRole('listitem', { name: title }));
const status = () => screen.getByRole('status').textContent;

async function openWith(part: Partial<Note> = {}) {
  const note = makeNote({ title: 'Bread', body: 'with seeds', ...part });
  const backend = new FakeBackend(note);
  render(<NotesBoard />);
  return { backend, note, user: userEvent.setup(), card: await cardOf('Bread') };
}

describe('pinning', () => {
  test.each([
    [false, '“Bread” is pinned.'],
    [true, '“Bread” is no longer pinned.'],
  ])('changes pinned: %s to its opposite', async (pinned, words) => {
    const { backend, note, user, card } = await openWith({ pinned });
    const pin = card.getByRole('button', { name: 'Pin “Bread”', pressed: pinned });
    await user.click(pin);
    await card.findByRole('button', { name: 'Pin “Bread”', pressed: !pinned });
    expect(status()).toBe(`${words} 1 note.`);
    expect(backend.writes()).toEqual([
      { method: 'PUT', path: `/api/notes/${note.id}/pin`, body: { pinned: !pinned } },
    ]);
  });

  test('happens once, however often the button is pressed', async () => {
    const { backend, user, card } = await openWith();
    const release = backend.hold();
    await user.dblClick(card.getByRole('button', { name: 'Pin “Bread”' }));
    release();
    await card.findByRole('button', { name: 'Pin “Bread”', pressed: true });
    expect(backend.writes()).toHaveLength(1);
  });

  test('that fails says so at the note and leaves it as it was', async () => {
    const { backend, user, card } = await openWith();
    backend.answerNextWrite({ status: 429 });
    await user.click(card.getByRole('button', { name: 'Pin “Bread”' }));
    expect((await card.findByRole('alert')).textContent).toContain('Wait a moment, then try again.');
    card.getByRole('button', { name: 'Pin “Bread”', pressed: false });
  });
});

describe('editing', () => {
  test('stores the new text and shows it', async () => {
    const { backend, note, user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Edit “Bread”' }));
    const form = within(screen.getByRole('form', { name: 'Edit “Bread”' }));
    expect(document.activeElement).toBe(form.getByLabelText('Title'));
    await user.type(form.getByLabelText('Text'), ' and salt');
    await user.click(form.getByRole('button', { name: 'Save' }));
    await screen.findByText('with seeds and salt');
    expect(status()).toBe('“Bread” was saved. 1 note.');
    expect(backend.writes()).toEqual([
      {
        method: 'PATCH',
        path: `/api/notes/${note.id}`,
        body: { title: 'Bread', body: 'with seeds and salt', category: 'general' },
      },
    ]);
  });

  test('that is cancelled changes nothing and returns the focus to the note', async () => {
    const { backend, user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Edit “Bread”' }));
    const form = within(screen.getByRole('form', { name: 'Edit “Bread”' }));
    await user.type(form.getByLabelText('Title'), ' and butter');
    await user.click(form.getByRole('button', { name: 'Cancel' }));
    expect(document.activeElement).toBe(await screen.findByRole('listitem', { name: 'Bread' }));
    expect(backend.writes()).toEqual([]);
  });

  test('goes on when the list no longer holds the note', async () => {
    const { user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Edit “Bread”' }));
    const form = () => within(screen.getByRole('form', { name: 'Edit “Bread”' }));
    await user.type(form().getByLabelText('Text'), ' and salt');
    await user.type(screen.getByLabelText('Search'), 'nothing like it');
    await waitFor(() => expect(status()).toBe('0 notes found.'));
    expect(form().getByLabelText<HTMLTextAreaElement>('Text').value).toBe('with seeds and salt');
  });

  test('a note that was deleted elsewhere keeps the text and says so', async () => {
    const { backend, user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Edit “Bread”' }));
    backend.notes = [];
    const form = within(screen.getByRole('form', { name: 'Edit “Bread”' }));
    await user.click(form.getByRole('button', { name: 'Save' }));
    expect((await form.findByRole('alert')).textContent).toContain('it was deleted elsewhere');
    expect(form.getByLabelText<HTMLTextAreaElement>('Text').value).toBe('with seeds');
  });
});

describe('deleting', () => {
  test('asks first, and “Keep” keeps the note', async () => {
    const { backend, user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Delete “Bread”' }));
    const keep = card.getByRole('button', { name: 'Keep' });
    expect(document.activeElement).toBe(keep);
    await user.click(keep);
    expect(document.activeElement).toBe(card.getByRole('button', { name: 'Delete “Bread”' }));
    expect(backend.writes()).toEqual([]);
  });

  test('removes the note and moves the focus to the list', async () => {
    const { backend, note, user, card } = await openWith();
    await user.click(card.getByRole('button', { name: 'Delete “Bread”' }));
    await user.click(card.getByRole('button', { name: 'Yes, delete' }));
    await waitFor(() => expect(status()).toBe('“Bread” was deleted. 0 notes.'));
    expect(screen.queryByRole('listitem')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Your notes' })));
    expect(backend.writes()).toEqual([{ method: 'DELETE', path: `/api/notes/${note.id}`, body: undefined }]);
  });

  test('that fails says so and offers every action again', async () => {
    const { backend, user, card } = await openWith();
    backend.answerNextWrite({ status: 500 });
    await user.click(card.getByRole('button', { name: 'Delete “Bread”' }));
    await user.click(card.getByRole('button', { name: 'Yes, delete' }));
    expect((await card.findByRole('alert')).textContent).toContain('not available just now (500)');
    card.getByRole('button', { name: 'Delete “Bread”' });
  });
});
