import { Pool } from "undici";
import type { Parts } from "../parts.ts";
import { elbSignals } from "../services/elbv2/signals.ts";
import { elbv2State } from "../services/elbv2/state.ts";

/** Bytes of the longest headers that an ALB takes of a target. */
const longestAnswerHead = 32 * 1024;

/** Kept-alive connections to targets; closed, once what is under way has ended, when no group has the target any more. */
export class Connections {
  readonly #parts: Parts;
  readonly #timeoutMs: number;
  readonly #pools = new Map<string, { readonly origin: string; readonly pool: Pool }>();
  readonly #unsubscribe: () => void;

  constructor(parts: Parts, timeoutMs: number) {
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
    this.#unsubscribe = parts.get(elbSignals).targets.subscribe(() => {
      this.#closeUnused();
    });
  }

  to({ id, port }: { readonly id: string; readonly port: number }, endpoint: { readonly host: string; readonly port: number }): Pool {
    const key = `${id}:${String(port)}`;
    const origin = `http://${endpoint.host}:${String(endpoint.port)}`;
    const known = this.#pools.get(key);
    if (known?.origin === origin) return known.pool;
    void known?.pool.close();
    const pool = new Pool(origin, { headersTimeout: this.#timeoutMs, bodyTimeout: this.#timeoutMs, pipelining: 1, allowH2: false, maxHeaderSize: longestAnswerHead });
    this.#pools.set(key, { origin, pool });
    return pool;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await Promise.all([...this.#pools.values()].map(async ({ pool }) => pool.destroy()));
  }

  #closeUnused(): void {
    const used = new Set(elbv2State(this.#parts).targetGroups.flatMap(({ targets }) => targets.map(({ id, port }) => `${id}:${String(port)}`)));
    for (const [key, { pool }] of this.#pools) {
      if (used.has(key)) continue;
      this.#pools.delete(key);
      void pool.close();
    }
  }
}
