import { z } from 'zod';

export const noteSchema = z.object({
  id: z.guid(),
  title: z.string(),
  body: z.string(),
  category: z.string(),
  pinned: z.boolean(),
  createdAt: z.iso.datetime({ offset: true }),
  updatedAt: z.iso.datetime({ offset: true }),
});

/** One page of the notes that match. */
export const notePageSchema = z.object({
  items: z.array(noteSchema),
  total: z.int().nonnegative(),
});

export type Note = z.infer<typeof noteSchema>;

/** The backend's own limits, told here before a request is spent on them. */
export const limits = { title: 200, body: 20_000, category: 50, search: 200, page: 100 } as const;

export const draftSchema = z.object({
  title: z
    .string()
    .trim()
    .min(1, 'Give the note a title.')
    .max(limits.title, `Shorten the title to ${limits.title} characters.`),
  body: z.string().max(limits.body, `Shorten the text to ${limits.body} characters.`),
  category: z
    .string()
    .trim()
    .min(1, 'Name a category, for example “general”.')
    .max(limits.category, `Shorten the category to ${limits.category} characters.`),
});

/** What a person fills in. */
export type NoteDraft = z.infer<typeof draftSchema>;

export interface NoteFilter {
  readonly search: string;
  /** Empty: every category. */
  readonly category: string;
}
