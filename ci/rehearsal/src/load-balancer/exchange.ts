import type { IncomingMessage, ServerResponse } from "node:http";
import type { MachineTime } from "../clock/machine-time.ts";
import type { ListenerRecord } from "../services/elbv2/state.ts";
import type { ForwardedHeaders } from "./forwarded-headers.ts";
import type { BalancerMetrics } from "./metrics.ts";
import { answerError, errorPage, type OwnError } from "./own-answers.ts";
import type { Chosen } from "./routes.ts";

export interface ExchangeOptions {
  readonly listener: ListenerRecord;
  readonly chosen: Chosen;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly forwarded: ForwardedHeaders;
  readonly metrics: BalancerMetrics;
  readonly machine: MachineTime;
}

/** One request on its way to the target that was chosen for it, with what is counted of it. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly forwarded: ForwardedHeaders;
  readonly chosen: Chosen;
  readonly #options: ExchangeOptions;
  readonly #startedMs: number;

  constructor(options: ExchangeOptions) {
    this.request = options.request;
    this.response = options.response;
    this.forwarded = options.forwarded;
    this.chosen = options.chosen;
    this.#options = options;
    this.#startedMs = options.machine.now();
    this.#count("RequestCount");
  }

  /** The target answers: its status counts as its own. */
  begin(status: number, statusText: string | undefined, headers: readonly string[]): void {
    const { metrics, machine } = this.#options;
    this.#count(`HTTPCode_Target_${String(Math.floor(status / 100))}XX_Count`);
    const seconds = (machine.now() - this.#startedMs) / 1000;
    for (const tally of this.#tallies()) metrics.responseTime(tally, seconds);
    this.response.writeHead(status, statusText ?? "", this.forwarded.isOurLoad ? [...headers, ...Object.entries(this.#whoAnswers()).flat()] : (headers as string[]));
  }

  /** Answered as if by the target. */
  answerForTarget(status: number): void {
    this.request.resume();
    const body = errorPage(status);
    this.begin(status, undefined, ["content-type", "text/html", "content-length", String(Buffer.byteLength(body))]);
    this.response.end(body);
  }

  /** There is no answer of the target. One that had begun is cut off, as the client should see it. */
  fail(status: OwnError): void {
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    if (this.response.destroyed) return;
    this.request.resume();
    countOwnError(this.#options.metrics, this.#options.listener, status);
    answerError(this.response, status, this.forwarded.isOurLoad ? this.#whoAnswers() : {});
  }

  #whoAnswers(): Record<string, string> {
    const { group, target } = this.chosen;
    return { "x-rehearsal-target": `${target.id}:${String(target.port)}`, "x-rehearsal-target-group": group.name };
  }

  #count(name: string): void {
    for (const tally of this.#tallies()) this.#options.metrics.count(tally, name);
  }

  #tallies(): ReturnType<BalancerMetrics["tallyOf"]>[] {
    const { metrics, listener, chosen } = this.#options;
    return [metrics.tallyOf(listener.loadBalancerArn), metrics.tallyOf(listener.loadBalancerArn, chosen.group.arn)];
  }
}

/** Of the load balancer alone: no target group has it. */
export function countOwnError(metrics: BalancerMetrics, { loadBalancerArn }: ListenerRecord, status: OwnError): void {
  const tally = metrics.tallyOf(loadBalancerArn);
  metrics.count(tally, "HTTPCode_ELB_5XX_Count");
  metrics.count(tally, `HTTPCode_ELB_${String(status)}_Count`);
}
