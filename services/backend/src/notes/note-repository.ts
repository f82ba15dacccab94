import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { ListQuery, Note, NoteChanges, NoteContent, NotePage } from './note.ts';

const columns = ['id', 'title', 'body', 'category', 'pinned', 'created_at as createdAt', 'updated_at as updatedAt'] as const;

export interface NoteOrigin {
  readonly newId: () => string;
  readonly now: () => Date;
}

/** The notes in the database; `undefined` where there is no note with the id. */
export class NoteRepository {
  readonly #db: Kysely<Schema>;
  readonly #origin: NoteOrigin;

  constructor(db: Kysely<Schema>, origin: NoteOrigin) {
    this.#db = db;
    this.#origin = origin;
  }

  async create(content: NoteContent): Promise<Note> {
    const at = this.#origin.now();
    return this.#db
      .insertInto('notes')
      .values({ ...content, id: this.#origin.newId(), created_at: at, updated_at: at })
      .returning(columns)
      .executeTakeFirstOrThrow();
  }

  /** Pinned notes first, then the newest. */
  async list(query: ListQuery): Promise<NotePage> {
    const { limit, offset } = query;
    const matching = this.#db.selectFrom('notes').where((note) => matches(note, query));
    const [items, { total }] = await Promise.all([
      matching
        .select(columns)
        .orderBy('pinned', 'desc').orderBy('created_at', 'desc').orderBy('id', 'desc')
        .limit(limit).offset(offset)
        .execute(),
      matching.select((note) => note.fn.countAll().as('total')).executeTakeFirstOrThrow(),
    ]);
    return { items, total: Number(total), limit, offset };
  }

  async get(id: string): Promise<Note | undefined> {
    return this.#db.selectFrom('notes').select(columns).where('id', '=', id).executeTakeFirst();
  }

  async change(id: string, changes: NoteChanges): Promise<Note | undefined> {
    return this.#db
      .updateTable('notes')
      .set({ ...changes, updated_at: this.#origin.now() })
      .where('id', '=', id)
      .returning(columns)
      .executeTakeFirst();
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('notes').where('id', '=', id).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }
}

function matches(note: ExpressionBuilder<Schema, 'notes'>, { search, category }: ListQuery) {
  const conditions = [];
  if (category) conditions.push(note('category', '=', category));
  if (search) {
    const pattern = `%${escapeLike(search)}%`;
    conditions.push(note.or([note('title', 'ilike', pattern), note('body', 'ilike', pattern)]));
  }
  return note.and(conditions);
}

/** Makes LIKE's wildcards ordinary characters. */
export function escapeLike(literal: string): string {
  return literal.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
