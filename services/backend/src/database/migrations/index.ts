import type { Migration } from 'kysely/migration';
import { createNotes } from './001-create-notes.ts';

/**
 * Every migration, by the name under which the database remembers it; names sort in order.
 * During a blue/green release the previous version works on the migrated schema, and after a rollback it
 * does so for long: add and fill here, remove only what no deployed version uses any more.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-create-notes': createNotes,
};
