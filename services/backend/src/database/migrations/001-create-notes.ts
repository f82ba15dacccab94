import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const createNotes: Migration = {
  up: async (db: Kysely<unknown>) => {
    await db.schema
      .createTable('notes')
      .addColumn('id', 'uuid', (column) => column.primaryKey())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('category', 'text', (column) => column.notNull())
      .addColumn('pinned', 'boolean', (column) => column.notNull().defaultTo(false))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
      .execute();
    await sql`create index notes_in_list_order on notes (pinned desc, created_at desc, id desc)`.execute(db);
    await sql`create index notes_of_category on notes (category, pinned desc, created_at desc, id desc)`.execute(db);
  },
};
