import { useCallback, useEffect, useState } from 'react';
import { limits, type Note, type NoteFilter } from './note';
import { listNotes } from './notes-api';
import { messageOf } from './request-error';

interface Loaded {
  /** Which filter and revision these notes answer; another one means that a load is under way. */
  readonly key: string;
  readonly notes: readonly Note[];
  readonly total: number;
  readonly error: string | undefined;
}

export interface NotesList {
  readonly notes: readonly Note[];
  /** Of all that match: more than `notes` holds until `showMore` is called often enough. */
  readonly total: number;
  readonly loading: boolean;
  /** Absent unless the last load failed; `notes` are then those of the load before. */
  readonly error: string | undefined;
  /** Every category seen so far, in order of name. */
  readonly categories: readonly string[];
  readonly reload: () => void;
  readonly showMore: () => void;
}

const nothingYet: Loaded = { key: '', notes: [], total: 0, error: undefined };

/** The notes that match the filter, loaded anew when it changes and on `reload`. */
export function useNotes({ search, category }: NoteFilter): NotesList {
  const [revision, setRevision] = useState(0);
  const [loaded, setLoaded] = useState(nothingYet);
  const [categories, setCategories] = useState<readonly string[]>([]);
  const [count, setCount] = useState<number>(limits.page);
  const key = JSON.stringify([search, category, count, revision]);

  useEffect(() => {
    const controller = new AbortController();
    listNotes({ search, category }, count, controller.signal).then(
      ({ notes, total }) => {
        if (controller.signal.aborted) return;
        setLoaded({ key, notes, total, error: undefined });
        // A part of the notes knows only some categories, so it may add but not remove.
        const whole = search === '' && category === '' && notes.length === total;
        const named = notes.map((note) => note.category);
        setCategories((known) => sorted(whole ? named : [...known, ...named]));
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setLoaded((before) => ({ ...before, key, error: messageOf(error) }));
      },
    );
    return () => controller.abort();
  }, [key, search, category, count]);

  const reload = useCallback(() => setRevision((before) => before + 1), []);
  const showMore = useCallback(() => setCount((before) => before + limits.page), []);
  const loading = loaded.key !== key;
  const { notes, total } = loaded;
  return { notes, total, loading, error: loading ? undefined : loaded.error, categories, reload, showMore };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}
