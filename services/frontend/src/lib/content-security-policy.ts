interface Options {
  readonly nonce: string;
  /** React's development build evaluates strings and Next injects styles; neither happens in a release. */
  readonly development: boolean;
}

/** Only this origin's files, and only the inline scripts that carry this answer's nonce. */
export function contentSecurityPolicy({ nonce, development }: Options): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ''}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
