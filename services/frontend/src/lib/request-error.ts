import { z } from 'zod';

/** A failed request in words for the person at the screen: what happened and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Absent when no answer came at all. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** What the backend and the proxy say of a request they refuse. */
const refusalSchema = z.object({
  code: z.string(),
  message: z.string(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

type Refusal = z.infer<typeof refusalSchema>;

export function unreachable(cause: unknown): RequestError {
  const message = 'The notes service cannot be reached. Check your connection, then try again.';
  return new RequestError(message, undefined, { cause });
}

export function incomprehensible(status: number, cause: unknown): RequestError {
  const message =
    'The notes service answered with something this page does not understand. ' +
    'Reload the page; if that does not help, tell whoever runs Notes.';
  return new RequestError(message, status, { cause });
}

/** `body` is the parsed answer, or undefined when it was not JSON. */
export function refused(status: number, body: unknown): RequestError {
  return new RequestError(explain(status, refusalSchema.safeParse(body).data), status);
}

function explain(status: number, refusal: Refusal | undefined): string {
  switch (status) {
    case 400:
      return `The notes service did not accept this: ${reasonOf(refusal)}. Correct it and try again.`;
    case 404:
      return refusal?.code === 'NOTE_NOT_FOUND'
        ? 'This note no longer exists: it was deleted elsewhere. Copy what you still need, then reload the page.'
        : 'The notes service does not know this request. Reload the page; an older version may still be open here.';
    case 413:
      return 'This note is too long to be saved. Shorten it and try again.';
    case 429:
      return 'Too many requests in a short time. Wait a moment, then try again.';
    case 504:
      return 'The notes service took too long to answer. Reload the list to see whether the change was saved before you repeat it.';
    default:
      return status >= 500
        ? `The notes service is not available just now (${status}). Nothing you typed is lost: try again in a moment.`
        : `The notes service refused this request (${status}). Reload the page and try again.`;
  }
}

function reasonOf(refusal: Refusal | undefined): string {
  if (refusal === undefined) return 'it gave no reason';
  if (refusal.fields.length === 0) return refusal.message.replace(/\.$/, '');
  return refusal.fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
}

/** For whatever was caught: words a person can act on. */
export function messageOf(error: unknown): string {
  if (error instanceof RequestError) return error.message;
  return 'Something went wrong on this page. Copy what you typed, then reload the page.';
}
