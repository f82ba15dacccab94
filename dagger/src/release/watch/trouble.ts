/** What went wrong with a call while a deployment is watched, by what helps against it. */
export type Trouble =
  /** Throttling, an error of AWS's own, the network: it may be over at the next try. */
  | "passing"
  /** Credentials that were good once: new ones help. */
  | "expired"
  /** The role may not. */
  | "denied"
  /** What is asked for is not there. */
  | "gone"
  /** An answer that was not understood. */
  | "other";

const byName: readonly (readonly [Trouble, RegExp])[] = [
  ["expired", /Expired|CredentialsProviderError|TokenProviderError|UnrecognizedClient|InvalidClientTokenId|AuthFailure/],
  ["denied", /AccessDenied|NotAuthorized|UnauthorizedOperation/],
  ["gone", /DoesNotExist|NotFound|InvalidDeploymentId/],
  ["passing", /Throttl|TooManyRequests|LimitExceeded|Timeout|Internal|ServiceUnavailable|ServerException|Network|ECONN|EAI_AGAIN|ENOTFOUND|EPIPE|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT/],
];

export function troubleOf(error: unknown): Trouble {
  const { $metadata, $retryable, code, name, message } = error as { name?: string; code?: string; message?: string; $metadata?: { httpStatusCode?: number }; $retryable?: unknown };
  const found = byName.find(([, pattern]) => pattern.test(`${name ?? ""} ${code ?? ""}`))?.[0];
  if (found !== undefined) return found;
  if (($metadata?.httpStatusCode ?? 0) >= 500 || $retryable !== undefined || /socket hang up|network|connection|fetch failed/i.test(message ?? "")) return "passing";
  return "other";
}

/** In one line: AWS's name for it, and its words. */
export function describeError(error: unknown): string {
  const { name = "Error", message = String(error) } = error as Partial<Error>;
  const words = message.replaceAll(/\s+/g, " ").slice(0, 300);
  return name === "Error" ? words : `${name}: ${words}`;
}
