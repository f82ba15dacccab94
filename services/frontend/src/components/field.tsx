import { useId } from 'react';
import styles from './field.module.css';

interface Props {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
  /** Present: several lines. */
  readonly rows?: number;
  /** Id of a datalist with suggestions. */
  readonly list?: string;
}

export function Field({ label, name, value, problem, onChange, autoFocus = false, rows, list }: Props) {
  const id = useId();
  const common = {
    id,
    name,
    value,
    className: styles.input,
    autoComplete: 'off',
    autoFocus,
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem === undefined ? undefined : `${id}-problem`,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input {...common} type="text" list={list} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <textarea {...common} rows={rows} onChange={(event) => onChange(event.target.value)} />
      )}
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles.problem}>
          {problem}
        </p>
      )}
    </div>
  );
}
