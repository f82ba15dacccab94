import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Log } from '../log.ts';
import { StartupError } from '../startup-error.ts';

// In a schema of their own, where the backend's role has no rights at all.
const bookkeepingSchema = 'notes_migrations';

// Any constant: it names this lock among the database's advisory locks.
const migrationLock = 4_207_001;

export interface MigrationJob {
  /** Connected as the role that owns the schema, with a pool of exactly one connection. */
  readonly db: Kysely<unknown>;
  readonly migrations: Readonly<Record<string, Migration>>;
  /** The role that gets rows, and nothing else. */
  readonly rowRole: string;
  readonly log: Log;
}

/** Brings the schema up to date; processes that start at the same time do so one after the other. */
export async function migrate(job: MigrationJob): Promise<void> {
  try {
    await sql`select pg_advisory_lock(${migrationLock})`.execute(job.db);
    await runMigrations(job);
    await grantRows(job);
    await sql`select pg_advisory_unlock(${migrationLock})`.execute(job.db);
  } catch (error) {
    throw new StartupError(
      'MIGRATION_FAILED',
      `A database migration failed: ${error instanceof Error ? error.message : String(error)}.`,
      'The schema is either as it was or wholly migrated, nothing in between. ' +
        'Correct the migration, or the rights of the migration role, and start again.',
      error,
    );
  }
}

async function runMigrations({ db, migrations, log }: MigrationJob): Promise<void> {
  const newer = (await executedNames(db)).filter((name) => !(name in migrations));
  if (newer.length > 0) {
    // The migrator would call this corruption; after a rollback it is the normal state.
    log.warn({ newer }, 'the schema is newer than this version; it is left as it is');
    return;
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: bookkeepingSchema,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
  log.info({ executed: results.map((result) => result.migrationName) }, 'the schema is up to date');
}

async function executedNames(db: Kysely<unknown>): Promise<string[]> {
  const table = `${bookkeepingSchema}.kysely_migration`;
  const exists = await sql<{ exists: boolean }>`select to_regclass(${table}) is not null as exists`.execute(db);
  if (exists.rows[0]?.exists !== true) return [];
  const executed = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db);
  return executed.rows.map((row) => row.name);
}

async function grantRows({ db, rowRole }: MigrationJob): Promise<void> {
  const role = sql.id(rowRole);
  await sql`grant usage on schema public to ${role}`.execute(db);
  await sql`grant select, insert, update, delete on all tables in schema public to ${role}`.execute(db);
}
