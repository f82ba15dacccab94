import { Inject, Injectable } from '@nestjs/common';
import { getToken, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';

const requestsTotal = 'http_requests_total';
const requestDuration = 'http_request_duration_seconds';

/** The `path` of every request that reached no route: thousands of odd addresses are one series. */
export const unmatchedPath = 'unmatched';

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export interface CountedRequest {
  readonly method: string;
  /** The route's pattern, never the address that was asked for. */
  readonly path: string;
  readonly statusCode: number;
  /** Absent when the request could not even be read. */
  readonly durationMs?: number;
}

@Injectable()
export class RequestMetrics {
  readonly #requests: Counter;
  readonly #durations: Histogram;

  constructor(
    @Inject(getToken(requestsTotal)) requests: Counter,
    @Inject(getToken(requestDuration)) durations: Histogram,
  ) {
    this.#requests = requests;
    this.#durations = durations;
  }

  count(request: CountedRequest): void {
    const labels = { method: knownMethods.has(request.method) ? request.method : 'OTHER', path: request.path };
    this.#requests.inc({ ...labels, status_code: request.statusCode });
    if (request.durationMs !== undefined) this.#durations.observe(labels, request.durationMs / 1000);
  }
}

export const requestMetricsProviders = [
  makeCounterProvider({
    name: requestsTotal,
    help: 'HTTP requests answered, by method, route and status code.',
    labelNames: ['method', 'path', 'status_code'],
  }),
  makeHistogramProvider({
    name: requestDuration,
    help: 'Time from the request to the end of its answer, by method and route.',
    labelNames: ['method', 'path'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  }),
  RequestMetrics,
];
