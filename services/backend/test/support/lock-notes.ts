import { vi } from 'vitest';
import { rows, type TestDatabase } from './test-database.ts';

export interface NotesLock {
  /** Resolves when a query of someone else waits for the lock. */
  someoneWaits(): Promise<void>;
  release(): Promise<void>;
}

/** Makes every query on the notes wait, so that a test can have a request in flight as long as it likes. */
export async function lockNotes(database: TestDatabase): Promise<NotesLock> {
  const holder = await database.superuser.connect();
  await holder.query('begin; lock table notes in access exclusive mode');
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  return {
    someoneWaits: async () => {
      await vi.waitUntil(async () => (await rows(database.superuser, waiting)).length > 0, { timeout: 10_000 });
    },
    release: async () => {
      await holder.query('rollback');
      holder.release();
    },
  };
}
