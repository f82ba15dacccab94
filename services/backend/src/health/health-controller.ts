import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Readiness } from './readiness.ts';

@Controller()
export class HealthController {
  readonly #readiness: Readiness;

  constructor(@Inject(Readiness) readiness: Readiness) {
    this.#readiness = readiness;
  }

  /** Of this process alone: restarting it would not bring a lost database back. */
  @Get('health')
  health() {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response) {
    if (await this.#readiness.isReady()) return { status: 'ready' };
    response.status(503);
    return { status: 'not ready', reason: 'The database does not answer, or has no notes table yet.' };
  }
}
