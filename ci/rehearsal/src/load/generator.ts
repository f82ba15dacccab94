import { Agent, type Dispatcher } from "undici";
import { machineTime, type MachineTime } from "../clock/machine-time.ts";
import { loadHeader } from "../load-balancer/forwarded-headers.ts";
import { LoadReport, type LoadSummary } from "./load-report.ts";

export interface LoadOptions {
  /** What is asked for; of several each in turn. */
  readonly url: string | readonly string[];
  readonly requestsPerSecond: number;
  /** The Host that is asked for, where it is not that of the URL: a rule may look at it. */
  readonly host?: string;
  /** What a target belongs to, by its address (`10.0.1.17:3000`) and its target group's name; the target group unless said otherwise. */
  readonly taskSetOf?: (target: string, targetGroup: string) => string;
  /** Longest wait for an answer; longer is a failure. */
  readonly timeoutMs?: number;
  /** What was due before that is in no figure: connections are being made. */
  readonly warmUpMs?: number;
  readonly machine?: MachineTime;
}

/**
 * Sends requests at a constant rate, whether or not earlier ones have been
 * answered (an open model): a slow server gets no fewer of them, and a latency is
 * counted from when the request was due. In time of the machine.
 */
export class LoadGenerator {
  readonly #options: LoadOptions;
  readonly #urls: readonly string[];
  readonly #machine: MachineTime;
  readonly #agent: Dispatcher;
  readonly #report: LoadReport;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #underWay = new Set<Promise<void>>();
  #startedMs = 0;
  #sent = 0;
  #cancel: () => void = () => undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#urls = typeof options.url === "string" ? [options.url] : options.url;
    this.#machine = options.machine ?? machineTime;
    const timeoutMs = options.timeoutMs ?? 10_000;
    this.#agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
    this.#report = new LoadReport();
    this.#headers = { [loadHeader]: "1", ...(options.host === undefined ? {} : { host: options.host }) };
  }

  start(): this {
    this.#startedMs = this.#machine.now();
    this.#report.start(this.#startedMs + (this.#options.warmUpMs ?? 0));
    this.#next();
    return this;
  }

  /** What has been answered so far. */
  summary(): LoadSummary {
    return this.#report.summary(this.#machine.now());
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<LoadSummary> {
    this.#cancel();
    await Promise.all(this.#underWay);
    await this.#agent.close();
    return this.summary();
  }

  #next(): void {
    const dueMs = this.#startedMs + (this.#sent * 1000) / this.#options.requestsPerSecond;
    this.#cancel = this.#machine.after(dueMs - this.#machine.now(), () => {
      this.#sendDue();
      this.#next();
    });
  }

  /** Timers are late at times: all that is due by now goes. */
  #sendDue(): void {
    for (;;) {
      const dueMs = this.#startedMs + (this.#sent * 1000) / this.#options.requestsPerSecond;
      if (dueMs > this.#machine.now()) return;
      const url = this.#urls[this.#sent % this.#urls.length] ?? "";
      this.#sent += 1;
      const work = this.#send(url, dueMs).finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }

  async #send(url: string, dueMs: number): Promise<void> {
    const { origin, pathname, search } = new URL(url);
    try {
      const { statusCode, headers, body } = await this.#agent.request({ origin, path: `${pathname}${search}`, method: "GET", headers: this.#headers });
      await body.dump();
      const target = headers["x-rehearsal-target"];
      const group = headers["x-rehearsal-target-group"];
      const taskSet = typeof target === "string" && typeof group === "string" ? (this.#options.taskSetOf?.(target, group) ?? group) : undefined;
      this.#add(dueMs, statusCode < 500, taskSet);
    } catch {
      this.#add(dueMs, false, undefined);
    }
  }

  #add(dueMs: number, isSuccess: boolean, taskSet: string | undefined): void {
    if (dueMs - this.#startedMs < (this.#options.warmUpMs ?? 0)) return;
    const atMs = this.#machine.now();
    this.#report.add({ atMs, latencyMs: atMs - dueMs, isSuccess, taskSet });
  }
}
