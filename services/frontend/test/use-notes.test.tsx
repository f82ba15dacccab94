import { act, renderHook, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { useNotes } from '../src/lib/use-notes';
import { FakeBackend, makeNote } from './fake-backend';

const home = { search: '', category: 'home' };
const work = { search: '', category: 'work' };

test('a load that a newer one replaced is neither shown nor reported as an error', async () => {
  const backend = new FakeBackend(makeNote({ title: 'Bread', category: 'home' }));
  const release = backend.hold();
  // Strict mode starts every effect twice and drops the first: a load with the very same filter.
  const { result, rerender } = renderHook((filter) => useNotes(filter), { initialProps: work, wrapper: StrictMode });
  await act(() => new Promise((settled) => { setImmediate(settled); }));
  expect(result.current).toMatchObject({ loading: true, error: undefined, notes: [] });

  rerender(home);
  release();
  await waitFor(() => expect(result.current.loading).toBe(false));
  expect(result.current.notes.map(({ title }) => title)).toEqual(['Bread']);
  expect(result.current.error).toBeUndefined();
});

test('a load that fails keeps the notes of the load before', async () => {
  const backend = new FakeBackend(makeNote({ title: 'Bread', category: 'home' }));
  const { result } = renderHook(() => useNotes(home));
  await waitFor(() => expect(result.current.notes).toHaveLength(1));
  const calls = backend.calls.length;
  globalThis.fetch = () => Promise.resolve(new Response('{}', { status: 503 }));
  act(() => result.current.reload());
  await waitFor(() => expect(result.current.error).toContain('not available just now (503)'));
  expect(result.current.notes).toHaveLength(1);
  expect(backend.calls).toHaveLength(calls);
});
