import type { Pool } from 'pg';
import type { Log } from '../log.ts';

/** Whether the database serves our table right now; calls at the same time share one question. */
export class Readiness {
  readonly #pool: Pick<Pool, 'query'>;
  readonly #log: Log;
  #asking: Promise<boolean> | undefined;

  constructor(pool: Pick<Pool, 'query'>, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  async isReady(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => { this.#asking = undefined; });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    try {
      await this.#pool.query('select 1 from notes limit 1');
      return true;
    } catch (err) {
      this.#log.warn({ err }, 'not ready: the database does not serve the notes');
      return false;
    }
  }
}
