import { z } from 'zod';

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly category: string;
  readonly pinned: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NotePage {
  readonly items: readonly Note[];
  /** Of all notes that match, not only of this page. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

// PostgreSQL cannot store the character U+0000 in text.
const text = z.string().refine((value) => !value.includes('\0'), 'must not contain the character U+0000');

const title = text.trim().min(1).max(200);
const body = text.max(20_000);
const category = text.trim().min(1).max(50);

export const defaultCategory = 'general';

export const createNoteSchema = z.strictObject({
  title,
  body: body.default(''),
  category: category.default(defaultCategory),
  pinned: z.boolean().default(false),
});

/** PUT: the whole note, so nothing is left to a default. */
export const replaceNoteSchema = z.strictObject({ title, body, category, pinned: z.boolean() });

/** PATCH: what is absent stays as it is. */
export const changeNoteSchema = replaceNoteSchema
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change at least one of title, body, category, pinned');

export const pinNoteSchema = z.strictObject({ pinned: z.boolean() });

export const noteIdSchema = z.guid();

export const listQuerySchema = z.object({
  search: text.trim().max(200).optional(),
  category: text.trim().max(50).optional(),
  limit: count(1, 100).default(50),
  offset: count(0, 1_000_000).default(0),
});

export type NoteContent = z.infer<typeof replaceNoteSchema>;
export type NoteChanges = z.infer<typeof changeNoteSchema>;
export type ListQuery = z.infer<typeof listQuerySchema>;

function count(from: number, to: number) {
  const expected = `must be a whole number from ${from} to ${to}`;
  return z.string(expected).regex(/^\d{1,9}$/, expected).transform(Number)
    .refine((value) => value >= from && value <= to, expected);
}
