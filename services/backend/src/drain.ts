import type { Server, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export interface Drain {
  /** Stops accepting and resolves when every request is answered, or cut off at the bound. */
  run(timeoutMs: number): Promise<void>;
}

/** Watches a server's requests from now on, so that it can be emptied later. */
export function prepareDrain(server: Server, clock: Clock, log: Log): Drain {
  const inFlight = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      if (draining) server.closeIdleConnections();
    });
    if (draining) closeAfter(response);
  });
  return {
    run: async (timeoutMs) => {
      draining = true;
      log.info({ inFlight: inFlight.size }, 'stopping: no new connections, finishing requests in flight');
      inFlight.forEach(closeAfter);
      const closed = new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
      const enough = new AbortController();
      const bound = clock.sleep(timeoutMs, enough.signal).then(() => {
        if (enough.signal.aborted) return;
        log.warn({ cutOff: inFlight.size }, 'requests were cut off: they took longer than the shutdown allows');
        server.closeAllConnections();
      });
      await closed;
      enough.abort();
      await bound;
    },
  };
}

// A kept-alive connection would stay open, and the server with it, until its idle timeout.
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
