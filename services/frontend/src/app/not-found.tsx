import Link from 'next/link';
import styles from './page.module.css';

export default function NotFound() {
  return (
    <main className={styles.message}>
      <h1>This page does not exist</h1>
      <p>The address may be mistyped.</p>
      <p>
        <Link href="/">Go to your notes</Link>
      </p>
    </main>
  );
}
