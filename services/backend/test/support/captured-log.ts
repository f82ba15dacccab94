import { createLog, type Log } from '../../src/log.ts';

export interface CapturedLog {
  readonly log: Log;
  readonly lines: readonly Record<string, unknown>[];
  /** Everything as it was written, for what must not be in it. */
  text(): string;
}

export function captureLog(): CapturedLog {
  const written: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const log = createLog('info', {
    write: (line) => {
      written.push(line);
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  });
  return { log, lines, text: () => written.join('') };
}
