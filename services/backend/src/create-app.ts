import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json } from 'express';
import { AppModule, type AppParts } from './app-module.ts';
import type { Clock } from './clock.ts';
import { ErrorFilter } from './http/error-filter.ts';
import { observeRequests } from './http/observe-requests.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import { nestLog, type Log } from './log.ts';

// The longest note allowed, with every character as a six-byte escape, fits.
const bodyLimit = '128kb';

// Longer than the 60 seconds of Nginx and of AWS load balancers: whoever closes first must not be us, or a
// request that is just being sent on that connection is lost.
const keepAliveMs = 75_000;

export interface AppSurroundings {
  readonly log: Log;
  readonly clock: Clock;
}

/** The application, ready to listen. */
export async function createApp(parts: AppParts, { log, clock }: AppSurroundings): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(parts), {
    logger: nestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  const server = app.getHttpServer();
  observeRequests(server, { metrics: app.get(RequestMetrics), log, clock });
  server.keepAliveTimeout = keepAliveMs;
  app.disable('x-powered-by');
  app.use(json({ limit: bodyLimit }));
  app.useGlobalFilters(new ErrorFilter(log));
  return app;
}
