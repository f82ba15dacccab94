'use client';

import styles from './page.module.css';

export default function ErrorPage({ reset }: { readonly reset: () => void }) {
  return (
    <main className={styles.message} role="alert">
      <h1>Something went wrong on this page</h1>
      <p>Your stored notes are safe.</p>
      <button type="button" className="button primary" onClick={reset}>
        Show the page again
      </button>
    </main>
  );
}
