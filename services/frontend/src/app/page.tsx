import { NotesBoard } from '@/components/notes-board';
import styles from './page.module.css';

export default function Page() {
  return (
    <>
      <header className={styles.header}>
        <h1>Notes</h1>
      </header>
      <main className={styles.main}>
        <NotesBoard />
        <noscript>Notes needs JavaScript: switch it on for this site, then reload the page.</noscript>
      </main>
    </>
  );
}
