import { vi } from 'vitest';
import type { Note } from '../src/lib/note';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** The backend's contract, held in memory and put in the place of `fetch`. */
export class FakeBackend {
  readonly calls: Call[] = [];
  notes: Note[];
  #next: (() => Promise<Response>)[] = [];
  #gate: Promise<undefined> = Promise.resolve(undefined);

  constructor(...notes: Note[]) {
    this.notes = notes;
    vi.stubGlobal('fetch', (path: string, init?: RequestInit) => this.#fetch(path, init));
  }

  /** The next write gets this answer instead of being carried out. */
  answerNextWrite(answer: Answer | Error): void {
    this.#next.push(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(respond(answer))));
  }

  /** Nothing is answered until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#gate = promise;
    return () => resolve(undefined);
  }

  writes(): Call[] {
    return this.calls.filter(({ method }) => method !== 'GET');
  }

  async #fetch(path: string, { method = 'GET', body, signal }: RequestInit = {}): Promise<Response> {
    const parsed: unknown = typeof body === 'string' ? JSON.parse(body) : undefined;
    this.calls.push({ method, path, body: parsed });
    await Promise.race([this.#gate, ...(signal ? [abortOf(signal)] : [])]);
    const special = method === 'GET' ? undefined : this.#next.shift();
    return special ? special() : respond(this.#answer(method, new URL(path, 'http://notes.test'), parsed));
  }

  #answer(method: string, { pathname, searchParams }: URL, body: unknown): Answer {
    if (method === 'GET') return { status: 200, body: this.#page(searchParams) };
    if (method === 'POST') {
      const note = makeNote(body as Partial<Note>);
      this.notes = [note, ...this.notes];
      return { status: 201, body: note };
    }
    const note = this.notes.find(({ id }) => pathname.includes(id));
    if (note === undefined) return { status: 404, body: { code: 'NOTE_NOT_FOUND', message: 'There is no such note.' } };
    this.notes = this.notes.filter((other) => other !== note);
    if (method === 'DELETE') return { status: 204 };
    const changed = { ...note, ...(body as Partial<Note>) };
    this.notes = [changed, ...this.notes];
    return { status: 200, body: changed };
  }

  #page(query: URLSearchParams): unknown {
    const search = (query.get('search') ?? '').toLowerCase();
    const category = query.get('category') ?? '';
    const offset = Number(query.get('offset'));
    const found = this.notes.filter(
      (note) => `${note.title} ${note.body}`.toLowerCase().includes(search) && [note.category, ''].includes(category),
    );
    const limit = Number(query.get('limit'));
    return { items: found.slice(offset, offset + limit), total: found.length, limit, offset };
  }
}

let made = 0;

export function makeNote(part: Partial<Note> = {}): Note {
  made += 1;
  return {
    id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    title: `Note ${made}`,
    body: '',
    category: 'general',
    pinned: false,
    createdAt: '2026-11-23T08:00:00.000Z',
    updatedAt: '2026-11-23T09:30:00.000Z',
    ...part,
  };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

function respond({ status, body }: Answer): Response {
  if (body === undefined) return new Response(null, { status });
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
}
