import type { z } from 'zod';
import { limits, notePageSchema, noteSchema, type Note, type NoteDraft, type NoteFilter } from './note';
import { incomprehensible, refused, unreachable } from './request-error';

const notesPath = '/api/notes';

export interface NotesFound {
  readonly notes: readonly Note[];
  /** Of all that match, whether asked for or not. */
  readonly total: number;
}

/** The first `count` notes that match, in as many requests as the backend's page size demands. */
export async function listNotes(filter: NoteFilter, count: number, signal: AbortSignal): Promise<NotesFound> {
  // By id: a note that is created between two requests moves the others to the next page.
  const notes = new Map<string, Note>();
  let total = 0;
  for (let offset = 0; offset < count; offset += limits.page) {
    const page = await request(pathOfPage(filter, offset), notePageSchema, { signal });
    total = page.total;
    for (const note of page.items) notes.set(note.id, note);
    if (offset + page.items.length >= total || page.items.length === 0) break;
  }
  return { notes: [...notes.values()], total };
}

function pathOfPage({ search, category }: NoteFilter, offset: number): string {
  const query = new URLSearchParams({ limit: String(limits.page), offset: String(offset) });
  if (search !== '') query.set('search', search);
  if (category !== '') query.set('category', category);
  return `${notesPath}?${query.toString()}`;
}

export async function createNote(draft: NoteDraft): Promise<Note> {
  return request(notesPath, noteSchema, withBody('POST', draft));
}

export async function updateNote(id: string, draft: NoteDraft): Promise<Note> {
  return request(pathOf(id), noteSchema, withBody('PATCH', draft));
}

export async function pinNote(id: string, pinned: boolean): Promise<Note> {
  return request(`${pathOf(id)}/pin`, noteSchema, withBody('PUT', { pinned }));
}

export async function deleteNote(id: string): Promise<void> {
  await send(pathOf(id), { method: 'DELETE' });
}

function pathOf(id: string): string {
  return `${notesPath}/${encodeURIComponent(id)}`;
}

function withBody(method: 'POST' | 'PATCH' | 'PUT', body: unknown): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function request<T>(path: string, schema: z.ZodType<T>, init: RequestInit): Promise<T> {
  const response = await send(path, init);
  try {
    return schema.parse(await response.json());
  } catch (error) {
    throw incomprehensible(response.status, error);
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: 'no-store' });
  } catch (error) {
    throw unreachable(error);
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw refused(response.status, body);
}
