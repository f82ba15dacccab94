import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

const examples = [
  { title: 'Welcome', body: 'These notes exist in development only.', category: 'general', pinned: true },
  { title: 'Groceries', body: 'Bread, apples, 100 % juice', category: 'home', pinned: false },
  { title: 'Release checklist', body: 'Watch the alarms while traffic shifts.', category: 'work', pinned: false },
];

export interface Seeding {
  readonly newId: () => string;
  readonly now: () => Date;
}

/** Puts a few notes into an empty database; returns how many. */
export async function seedDevelopmentData(db: Kysely<Schema>, { newId, now }: Seeding): Promise<number> {
  const existing = await db.selectFrom('notes').select('id').limit(1).executeTakeFirst();
  if (existing !== undefined) return 0;
  const at = now();
  const rows = examples.map((note) => ({ ...note, id: newId(), created_at: at, updated_at: at }));
  await db.insertInto('notes').values(rows).execute();
  return rows.length;
}
