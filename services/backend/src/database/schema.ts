import type { ColumnType } from 'kysely';

/** The tables as the newest migration leaves them. */
export interface Schema {
  notes: NotesTable;
}

interface NotesTable {
  id: ColumnType<string, string, never>;
  title: string;
  body: string;
  category: string;
  pinned: boolean;
  created_at: ColumnType<Date, Date, never>;
  updated_at: Date;
}
