import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPool, migrationLimits } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { migrations } from '../../src/database/migrations/index.ts';
import { captureLog } from '../support/captured-log.ts';
import { createTestDatabase, rows, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeEach(async () => { database = await createTestDatabase(); });
afterEach(() => database[Symbol.asyncDispose]());

async function runMigrations(which: Record<string, Migration> = migrations) {
  const captured = captureLog();
  const pool = createPool(database.address, database.migrationRole, migrationLimits, captured.log);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate({ db, migrations: which, rowRole: database.backendRole.user, log: captured.log });
    return captured.lines;
  } finally {
    await db.destroy();
  }
}

const tables = async () =>
  (await rows<{ name: string }>(database.superuser, "select tablename as name from pg_tables where schemaname = 'public' order by 1"))
    .map(({ name }) => name);

const creating = (table: string): Migration => ({ up: (db) => db.schema.createTable(table).execute() });

test('a second run has nothing to do', async () => {
  expect(await runMigrations()).toContainEqual(expect.objectContaining({ executed: Object.keys(migrations) }));
  expect(await runMigrations()).toContainEqual(expect.objectContaining({ executed: [] }));
});

test('of several that start at once, exactly one migrates', async () => {
  const runs = await Promise.all([runMigrations(), runMigrations(), runMigrations(), runMigrations()]);
  const executed = runs.flatMap((lines) => lines.flatMap((line) => line.executed ?? []));
  expect(executed).toEqual(Object.keys(migrations));
});

test('a failing migration leaves nothing behind, not even of the ones before it', async () => {
  const failing: Migration = { up: async (db) => { await sql`select 1/0`.execute(db); } };
  await expect(runMigrations({ '001': creating('first'), '002': failing })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED', message: expect.stringContaining('division by zero') as string,
  });
  expect(await tables()).toEqual([]);
});

test('an older version accepts a newer schema, as after a rollback', async () => {
  await runMigrations({ ...migrations, '999-of-the-future': creating('later') });
  const lines = await runMigrations();
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', newer: ['999-of-the-future'] }));
  expect(await tables()).toEqual(['later', 'notes']);
});

test("the backend's role reads and writes rows", async () => {
  await runMigrations();
  const backend = database.as(database.backendRole);
  await backend.query(
    "insert into notes values ('00000000-0000-4000-8000-000000000001', 't', 'b', 'c', false, now(), now())",
  );
  await backend.query("update notes set title = 'changed'");
  expect(await rows(backend, 'select title from notes')).toEqual([{ title: 'changed' }]);
  await backend.query('delete from notes');
});

test.each([
  'drop table notes', 'alter table notes add column x int', 'truncate notes', 'create table mine ()',
  'create index on notes (title)', 'create schema mine', 'select * from notes_migrations.kysely_migration',
])("the backend's role may not: %s", async (statement) => {
  await runMigrations();
  await expect(database.as(database.backendRole).query(statement)).rejects.toMatchObject({ code: '42501' });
});
