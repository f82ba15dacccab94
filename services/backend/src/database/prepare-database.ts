import { Kysely, PostgresDialect } from 'kysely';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { createPool, migrationLimits } from './connect.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { waitForDatabase, type Patience } from './wait-for-database.ts';

/** Waits for the database and migrates it, when this process was given the role for that. */
export async function prepareDatabase(settings: Settings, patience: Patience, log: Log): Promise<void> {
  if (settings.migrationRole === undefined) {
    log.info('no migration role is set: the schema is left as it is');
    return;
  }
  const pool = createPool(settings.database, settings.migrationRole, migrationLimits, log);
  try {
    await waitForDatabase(pool, patience);
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    await migrate({ db, migrations, rowRole: settings.database.user, log });
  } finally {
    await pool.end();
  }
}
