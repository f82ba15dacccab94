'use client';

import { useRef, useState } from 'react';
import type { Note, NoteDraft } from '@/lib/note';
import { createNote } from '@/lib/notes-api';
import { useDebouncedValue } from '@/lib/use-debounced-value';
import { useNotes } from '@/lib/use-notes';
import { ErrorMessage } from './error-message';
import { NewNote } from './new-note';
import { NoteCard } from './note-card';
import { NoteFilters } from './note-filters';
import styles from './notes-board.module.css';

const searchDelayMs = 250;

/** The whole page: what is asked for, what is shown, and what was last done. */
export function NotesBoard() {
  const [search, setSearch] = useState('');
  const [category, setCategory] = useState('');
  const [done, setDone] = useState('');
  const [edited, setEdited] = useState<readonly Note[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  const filter = { search: useDebouncedValue(search.trim(), searchDelayMs), category };
  const { notes, total, loading, error, categories, reload, showMore } = useNotes(filter);

  const finish = (message: string) => {
    setDone(message);
    reload();
  };
  const create = async (draft: NoteDraft) => {
    const note = await createNote(draft);
    finish(`“${note.title}” was created.`);
  };
  const setEditing = (note: Note, editing: boolean) =>
    setEdited((before) => [...before.filter(({ id }) => id !== note.id), ...(editing ? [note] : [])]);

  // A note that is being edited stays, even when the list no longer holds it: its text is somebody's work.
  const shown = [...edited.filter((note) => !notes.some(({ id }) => id === note.id)), ...notes];
  // Said once, not at every keystroke of a search: screen readers speak each change.
  const waiting = shown.length === 0 && done === '' ? 'Loading notes…' : '';
  const filtered = filter.search !== '' || category !== '';

  return (
    <div className={styles.board}>
      <NewNote categories={categories} onCreate={create} />
      <section className={styles.list} aria-labelledby="list-heading" aria-busy={loading}>
        <NoteFilters
          search={search}
          category={category}
          categories={categories}
          onSearch={(words) => {
            setDone('');
            setSearch(words);
          }}
          onCategory={(name) => {
            setDone('');
            setCategory(name);
          }}
        />
        <h2 ref={heading} id="list-heading" className="visually-hidden" tabIndex={-1}>
          Your notes
        </h2>
        <output className={styles.status}>
          {[done, loading ? waiting : countOf(total, filtered)].filter(Boolean).join(' ')}
        </output>
        {error !== undefined && (
          <ErrorMessage message={error} action={{ label: 'Try again', onClick: reload }} />
        )}
        {shown.length > 0 ? (
          <ul className={styles.notes}>
            {shown.map((note) => (
              <NoteCard
                key={note.id}
                note={note}
                categories={categories}
                editing={edited.some(({ id }) => id === note.id)}
                onEditing={(editing) => setEditing(note, editing)}
                onDone={finish}
                onDeleted={(message) => {
                  // The focused button goes with the card; without this the focus would fall to the page's top.
                  heading.current?.focus();
                  finish(message);
                }}
              />
            ))}
          </ul>
        ) : (
          !loading && error === undefined && <Empty filtered={filtered} />
        )}
        {notes.length < total && (
          <button type="button" className="button" aria-disabled={loading} onClick={showMore}>
            Show more notes
          </button>
        )}
      </section>
    </div>
  );
}

function countOf(count: number, filtered: boolean): string {
  const notes = count === 1 ? '1 note' : `${count} notes`;
  return filtered ? `${notes} found.` : `${notes}.`;
}

function Empty({ filtered }: { readonly filtered: boolean }) {
  return (
    <p className={styles.empty}>
      {filtered
        ? 'No note matches. Search for something else or choose another category.'
        : 'There are no notes yet. Write the first one.'}
    </p>
  );
}
