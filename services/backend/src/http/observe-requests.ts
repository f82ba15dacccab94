import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { unmatchedPath, type RequestMetrics } from './request-metrics.ts';

export interface Observers {
  readonly metrics: RequestMetrics;
  readonly log: Log;
  readonly clock: Pick<Clock, 'elapsedMs'>;
}

/** What Nginx logs for a client that left before its answer. */
const clientClosedRequest = 499;

/** Counts and logs every request of this server once, however it ends. */
export function observeRequests(server: Server, observers: Observers): void {
  // Not a middleware: what Node answers by itself (no Host, an odd Expect) passes none.
  const onStart = (message: unknown) => {
    const { request, response, server: itsServer } = message as RequestStart;
    if (itsServer === server) observeAnswered(request, response, observers);
  };
  subscribe(requestStart, onStart);
  server.once('close', () => unsubscribe(requestStart, onStart));
  observeRefused(server, observers);
}

const requestStart = 'http.server.request.start';

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

function observeAnswered(request: IncomingMessage, response: ServerResponse, { metrics, log, clock }: Observers): void {
  const startedAt = clock.elapsedMs();
  // Express changes `url` while it routes.
  const { method = '', url = '' } = request;
  response.once('close', () => {
    const durationMs = clock.elapsedMs() - startedAt;
    const path = routePattern(request);
    const statusCode = response.writableFinished ? response.statusCode : clientClosedRequest;
    metrics.count({ method, path, statusCode, durationMs });
    const [address = ''] = url.slice(0, 200).split('?', 1);
    log.info({ method, path, url: address, statusCode, durationMs: Math.round(durationMs), traceId: traceId(request) }, 'request');
  });
}

/** Counts and answers what Node could not even read as a request, and CONNECT. */
function observeRefused(server: Server, { metrics, log }: Observers): void {
  const refuse = (socket: Socket, statusCode: number, statusText: string) => {
    metrics.count({ method: 'OTHER', path: unmatchedPath, statusCode });
    log.info({ method: 'OTHER', path: unmatchedPath, statusCode }, 'request');
    socket.end(`HTTP/1.1 ${statusCode} ${statusText}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // A connection that is gone, or is already being answered, asked for nothing that could be refused.
    if (error.code === 'ECONNRESET' || !socket.writable || isBeingAnswered(socket)) {
      socket.destroy(error);
      return;
    }
    const [statusCode, statusText] = refusals[error.code ?? ''] ?? [400, 'Bad Request'];
    refuse(socket, statusCode, statusText);
  });
  server.on('connect', (_request, socket: Socket) => { refuse(socket, 405, 'Method Not Allowed'); });
}

const refusals: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

function isBeingAnswered(socket: Socket): boolean {
  const current: unknown = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return current !== undefined && current !== null;
}

// Express leaves the route that it chose on the request.
function routePattern(request: IncomingMessage): string {
  const route: unknown = 'route' in request ? request.route : undefined;
  const isRoute = typeof route === 'object' && route !== null && 'path' in route;
  return isRoute && typeof route.path === 'string' ? route.path : unmatchedPath;
}

// Set by the load balancer; lets one request be followed through all of the services.
function traceId(request: IncomingMessage): string | undefined {
  const header = request.headers['x-amzn-trace-id'];
  return typeof header === 'string' && /^[\w=;:.-]{1,200}$/.test(header) ? header : undefined;
}
