'use client';

import { useId, useRef, useState } from 'react';
import type { Note, NoteDraft } from '@/lib/note';
import { deleteNote, pinNote, updateNote } from '@/lib/notes-api';
import { messageOf } from '@/lib/request-error';
import { ErrorMessage } from './error-message';
import { NoteActions } from './note-actions';
import styles from './note-card.module.css';
import { NoteForm } from './note-form';

interface Props {
  readonly note: Note;
  readonly categories: readonly string[];
  readonly editing: boolean;
  readonly onEditing: (editing: boolean) => void;
  /** Called with what was done, in words, once the backend has stored it. */
  readonly onDone: (message: string) => void;
  readonly onDeleted: (message: string) => void;
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function NoteCard({ note, categories, editing, onEditing, onDone, onDeleted }: Props) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const card = useRef<HTMLLIElement>(null);
  const headingId = useId();

  const attempt = async (action: () => Promise<unknown>, onSuccess: () => void) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await action();
      onSuccess();
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };

  const close = () => {
    onEditing(false);
    card.current?.focus();
  };

  const save = async (draft: NoteDraft) => {
    const { title } = await updateNote(note.id, draft);
    close();
    onDone(`“${title}” was saved.`);
  };

  if (editing) {
    const { title, body, category } = note;
    return (
      <li ref={card} className={styles.card} data-editing tabIndex={-1}>
        <NoteForm
          label={`Edit “${title}”`}
          submitLabel="Save"
          initial={{ title, body, category }}
          categories={categories}
          onSubmit={save}
          onCancel={close}
          takesFocus
        />
      </li>
    );
  }

  return (
    <li ref={card} className={styles.card} data-pinned={note.pinned} aria-labelledby={headingId} tabIndex={-1}>
      <h3 id={headingId} className={styles.title}>
        {note.title}
      </h3>
      {note.body !== '' && <p className={styles.body}>{note.body}</p>}
      <p className={styles.meta}>
        <span className={styles.category}>{note.category}</span>
        <time dateTime={note.updatedAt}>{when.format(new Date(note.updatedAt))}</time>
      </p>
      {failure !== undefined && <ErrorMessage message={failure} />}
      <NoteActions
        note={note}
        busy={busy}
        onPin={() => attempt(() => pinNote(note.id, !note.pinned), () => onDone(pinnedMessage(note)))}
        onEdit={() => onEditing(true)}
        onDelete={() => attempt(() => deleteNote(note.id), () => onDeleted(`“${note.title}” was deleted.`))}
      />
    </li>
  );
}

function pinnedMessage({ title, pinned }: Note): string {
  return pinned ? `“${title}” is no longer pinned.` : `“${title}” is pinned.`;
}
