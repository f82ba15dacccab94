const networkCodes = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
]);

// PostgreSQL: going down, crashed, starting up, too many connections; class 08 is connection failures.
const serverCodes = /^(57P0[123]|53300|08...)$/;

// The pg library has no codes for what it finds out itself.
const driverMessages = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error',
];

/** True when the database cannot be reached just now, false when it answered and the answer is no. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    networkCodes.has(code) ||
    serverCodes.test(code) ||
    driverMessages.some((message) => error.message.startsWith(message))
  );
}
