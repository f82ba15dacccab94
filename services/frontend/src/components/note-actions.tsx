'use client';

import { useState } from 'react';
import type { Note } from '@/lib/note';
import styles from './note-actions.module.css';

interface Props {
  readonly note: Note;
  readonly busy: boolean;
  readonly onPin: () => Promise<void>;
  readonly onEdit: () => void;
  readonly onDelete: () => Promise<void>;
}

/** The buttons of a card. Deleting asks once more, in place: there is no way to get a note back. */
export function NoteActions({ note, busy, onPin, onEdit, onDelete }: Props) {
  const [question, setQuestion] = useState<'unasked' | 'asked' | 'kept'>('unasked');
  const remove = async () => {
    await onDelete();
    setQuestion('kept');
  };

  if (question === 'asked') {
    return (
      <fieldset className={styles.actions} aria-label={`Delete “${note.title}” for good?`}>
        <span className={styles.question}>Delete for good?</span>
        <button type="button" className="button danger" aria-disabled={busy} onClick={() => void remove()}>
          Yes, delete
        </button>
        {/* The focus lands on the harmless answer. */}
        <button type="button" className="button" autoFocus onClick={() => setQuestion('kept')}>
          Keep
        </button>
      </fieldset>
    );
  }
  return (
    <fieldset className={styles.actions} aria-label={`Actions for “${note.title}”`}>
      <button
        type="button"
        className="button"
        aria-pressed={note.pinned}
        aria-disabled={busy}
        aria-label={`Pin “${note.title}”`}
        onClick={() => void onPin()}
      >
        {note.pinned ? 'Pinned' : 'Pin'}
      </button>
      <button type="button" className="button" aria-label={`Edit “${note.title}”`} onClick={onEdit}>
        Edit
      </button>
      <button
        type="button"
        className="button"
        aria-label={`Delete “${note.title}”`}
        autoFocus={question === 'kept'}
        onClick={() => setQuestion('asked')}
      >
        Delete
      </button>
    </fieldset>
  );
}
