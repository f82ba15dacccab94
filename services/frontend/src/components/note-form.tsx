'use client';

import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import { draftSchema, type NoteDraft } from '@/lib/note';
import { messageOf } from '@/lib/request-error';
import { ErrorMessage } from './error-message';
import { Field } from './field';
import styles from './note-form.module.css';

interface Props {
  readonly label: string;
  readonly submitLabel: string;
  readonly initial: NoteDraft;
  readonly categories: readonly string[];
  /** Rejects when the note could not be stored: the form then keeps everything and says why. */
  readonly onSubmit: (draft: NoteDraft) => Promise<void>;
  readonly onCancel?: () => void;
  /** For a form that takes the place of what had the focus. */
  readonly takesFocus?: boolean;
}

type FieldName = keyof NoteDraft;
type Problems = Partial<Record<FieldName, string>>;

export function NoteForm({ label, submitLabel, initial, categories, onSubmit, onCancel, takesFocus = false }: Props) {
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();

  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);

  const submit = async () => {
    const checked = draftSchema.safeParse(draft);
    setFailure(undefined);
    setProblems(checked.success ? {} : problemsOf(checked.error.issues));
    if (!checked.success || busy) return;
    setBusy(true);
    try {
      await onSubmit(checked.data);
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };

  const field = (name: FieldName) => ({
    name,
    value: draft[name],
    problem: problems[name],
    onChange: (value: string) => setDraft((before) => ({ ...before, [name]: value })),
  });

  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={label}
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label="Title" autoFocus={takesFocus} {...field('title')} />
      <Field label="Text" rows={6} {...field('body')} />
      <Field label="Category" list={listId} {...field('category')} />
      <datalist id={listId}>
        {categories.map((category) => (
          <option key={category} value={category} />
        ))}
      </datalist>
      {failure !== undefined && <ErrorMessage message={failure} />}
      <div className={styles.actions}>
        <button type="submit" className="button primary" aria-disabled={busy}>
          {busy ? 'Saving…' : submitLabel}
        </button>
        {onCancel && (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

function problemsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Problems {
  const found = issues.map(({ path, message }) => [String(path[0]), message] as const);
  return Object.fromEntries(found.toReversed());
}
