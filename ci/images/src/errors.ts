/** What can go wrong on the way to an image: what happened, the state, what to do. */
export const imageErrorCodes = {
  /** A registry answered, and did not hand the image over; or an override is not to be had. */
  IMAGE_NOT_PULLED: "an image could not be pulled",
  /** No registry answers, and this machine cannot build what stands in. */
  STAND_IN_IMPOSSIBLE: "no registry answers, and a stand-in cannot be built here",
  /** A stand-in's recipe was started and failed. */
  STAND_IN_FAILED: "a stand-in could not be built",
} as const;

export type ImageErrorCode = keyof typeof imageErrorCodes;

export interface ImageErrorParts {
  readonly happened: string;
  readonly state: string;
  readonly next: string;
  readonly cause?: unknown;
}

export class ImageError extends Error {
  override readonly name = "ImageError";
  readonly code: ImageErrorCode;
  readonly happened: string;
  readonly state: string;
  readonly next: string;

  constructor(code: ImageErrorCode, parts: ImageErrorParts) {
    super(`${parts.happened} ${parts.state} ${parts.next}`, { cause: parts.cause });
    this.code = code;
    this.happened = parts.happened;
    this.state = parts.state;
    this.next = parts.next;
  }
}

export function isImageError(error: unknown): error is ImageError {
  return error instanceof ImageError;
}
