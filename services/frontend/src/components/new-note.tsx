'use client';

import { useState } from 'react';
import type { NoteDraft } from '@/lib/note';
import styles from './new-note.module.css';
import { NoteForm } from './note-form';

const emptyDraft: NoteDraft = { title: '', body: '', category: 'general' };

interface Props {
  readonly categories: readonly string[];
  readonly onCreate: (draft: NoteDraft) => Promise<void>;
}

/** The form for a new note; folded away on narrow screens until it is asked for. */
export function NewNote({ categories, onCreate }: Props) {
  const [open, setOpen] = useState(false);
  // A new key is a new, empty form: only after the note is safely stored.
  const [generation, setGeneration] = useState(0);

  const create = async (draft: NoteDraft) => {
    await onCreate(draft);
    setGeneration((before) => before + 1);
    setOpen(false);
  };

  return (
    <section className={styles.panel} aria-labelledby="new-note-heading">
      <h2 id="new-note-heading" className={styles.heading}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls="new-note-form"
          onClick={() => setOpen(!open)}
        >
          New note
        </button>
        <span className={styles.title}>New note</span>
      </h2>
      <div id="new-note-form" className={styles.form} data-open={open}>
        <NoteForm
          key={generation}
          label="New note"
          submitLabel="Create note"
          initial={emptyDraft}
          categories={categories}
          onSubmit={create}
        />
      </div>
    </section>
  );
}
