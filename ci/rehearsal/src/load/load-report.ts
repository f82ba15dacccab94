export interface Answered {
  /** By the machine's clock. */
  readonly atMs: number;
  readonly latencyMs: number;
  /** Any status under 500: a 404 is an answer. */
  readonly isSuccess: boolean;
  /** Undefined when no target was reached. */
  readonly taskSet: string | undefined;
}

export interface LoadFigures {
  readonly requests: number;
  readonly failures: number;
  /** 0–1; 1 when nothing was asked. */
  readonly successRate: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** The longest time without a success, from the first request on. */
  readonly longestGapMs: number;
}

export interface LoadSummary extends LoadFigures {
  /** By the task set that answered; what reached none stands under `none`. */
  readonly taskSets: Readonly<Record<string, LoadFigures>>;
}

/** Gathers answers, and makes figures of them. */
export class LoadReport {
  readonly #all = new Gathered();
  readonly #taskSets = new Map<string, Gathered>();

  start(atMs: number): void {
    this.#all.start(atMs);
  }

  add(answered: Answered): void {
    this.#all.add(answered);
    const name = answered.taskSet ?? "none";
    let gathered = this.#taskSets.get(name);
    if (gathered === undefined) {
      gathered = new Gathered();
      // A task set's time begins with its first answer.
      gathered.start(answered.atMs);
      this.#taskSets.set(name, gathered);
    }
    gathered.add(answered);
  }

  summary(nowMs: number): LoadSummary {
    // A task set that gets no traffic any more has no gap for that.
    return { ...this.#all.figures(nowMs), taskSets: Object.fromEntries([...this.#taskSets].map(([name, gathered]) => [name, gathered.figures()])) };
  }
}

class Gathered {
  /** Milliseconds in steps of 2 %, and how often: no run is too long for it. */
  readonly #latencies = new Map<number, number>();
  #requests = 0;
  #failures = 0;
  #lastSuccessMs = 0;
  #lastMs = 0;
  #longestGapMs = 0;

  start(atMs: number): void {
    this.#lastSuccessMs = atMs;
    this.#lastMs = atMs;
  }

  add({ atMs, latencyMs, isSuccess }: Answered): void {
    this.#requests += 1;
    this.#lastMs = atMs;
    const step = Math.round(Math.log(Math.max(latencyMs, 0.01)) * 50);
    this.#latencies.set(step, (this.#latencies.get(step) ?? 0) + 1);
    if (!isSuccess) {
      this.#failures += 1;
      return;
    }
    this.#longestGapMs = Math.max(this.#longestGapMs, atMs - this.#lastSuccessMs);
    this.#lastSuccessMs = atMs;
  }

  figures(untilMs = this.#lastMs): LoadFigures {
    const steps = [...this.#latencies].toSorted(([one], [other]) => one - other);
    return {
      requests: this.#requests,
      failures: this.#failures,
      successRate: this.#requests === 0 ? 1 : 1 - this.#failures / this.#requests,
      latencyMs: { p50: percentile(steps, this.#requests * 0.5), p95: percentile(steps, this.#requests * 0.95), p99: percentile(steps, this.#requests * 0.99) },
      longestGapMs: this.#requests === 0 ? 0 : Math.max(this.#longestGapMs, untilMs - this.#lastSuccessMs),
    };
  }
}

function percentile(steps: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0;
  for (const [step, count] of steps) {
    seen += count;
    if (seen >= rank) return Number(Math.exp(step / 50).toPrecision(3));
  }
  return 0;
}
