import styles from './error-message.module.css';

interface Props {
  readonly message: string;
  readonly action?: { readonly label: string; readonly onClick: () => void };
}

/** Read out at once by a screen reader, and in colour and words for everyone else. */
export function ErrorMessage({ message, action }: Props) {
  return (
    <div role="alert" className={styles.error}>
      <p>{message}</p>
      {action && (
        <button type="button" className="button" onClick={action.onClick}>
          {action.label}
        </button>
      )}
    </div>
  );
}
