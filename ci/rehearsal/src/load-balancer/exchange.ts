import type { IncomingMessage, ServerResponse } from "node:http";
import type { MachineTime } from "../clock/machine-time.ts";
import type { ListenerRecord } from "../services/elbv2/state.ts";
import type { ForwardedHeaders } from "./forwarded-headers.ts";
import type { BalancerMetrics, Tally } from "./metrics.ts";
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
  /** Of the load balancer, and of the target group behind it. */
  readonly #tallies: readonly Tally[];

  constructor(options: ExchangeOptions) {
    this.request = options.request;
    this.response = options.response;
    this.forwarded = options.forwarded;
    this.chosen = options.chosen;
    this.#options = options;
    this.#startedMs = options.machine.now();
    const { metrics, listener, chosen } = options;
    this.#tallies = [metrics.tallyOf(listener.loadBalancerArn), metrics.tallyOf(listener.loadBalancerArn, chosen.group.arn)];
    this.#count("RequestCount");
  }

  /** The target answers: its status counts as its own. */
  begin(status: number, statusText: string | undefined, headers: readonly string[]): void {
    const { metrics, machine } = this.#options;
    this.#count(targetCountOf(status));
    const seconds = (machine.now() - this.#startedMs) / 1000;
    for (const tally of this.#tallies) metrics.responseTime(tally, seconds);
    metrics.traffic.add(this.chosen.group.name, status >= 500, seconds);
    this.response.writeHead(status, statusText ?? "", this.forwarded.isOurLoad ? [...headers, ...Object.entries(this.#whoAnswers()).flat()] : (headers as string[]));
  }

  /** Answered as if by the target. */
  answerForTarget(status: number): void {
    this.request.resume();
    const body = errorPage(status);
    this.begin(status, undefined, ["content-type", "text/html", "content-length", String(Buffer.byteLength(body))]);
    this.response.end(body);
  }

  /** The target takes no connection: its group counts that, and no answer. */
  refused(status: OwnError): void {
    this.#count("TargetConnectionErrorCount");
    this.fail(status);
  }

  /** There is no answer of the target. One that had begun is cut off, as the client should see it. */
  fail(status: OwnError): void {
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    // The client has not waited: an ALB's 460.
    if (this.response.destroyed) {
      this.#options.metrics.count(this.#options.metrics.tallyOf(this.#options.listener.loadBalancerArn), "HTTPCode_ELB_4XX_Count");
      return;
    }
    this.request.resume();
    countOwnError(this.#options.metrics, this.#options.listener, status, this.chosen.group.name);
    answerError(this.response, status, this.forwarded.isOurLoad ? this.#whoAnswers() : {});
  }

  #whoAnswers(): Record<string, string> {
    const { group, target } = this.chosen;
    return { "x-rehearsal-target": `${target.id}:${String(target.port)}`, "x-rehearsal-target-group": group.name };
  }

  #count(name: string): void {
    for (const tally of this.#tallies) this.#options.metrics.count(tally, name);
  }
}

export const targetCountOf = (status: number): string => `HTTPCode_Target_${String(Math.floor(status / 100))}XX_Count`;

/** Of the load balancer alone: no target group has it. */
export function countOwnError(metrics: BalancerMetrics, { loadBalancerArn }: ListenerRecord, status: OwnError, group?: string): void {
  metrics.traffic.add(group, true);
  const tally = metrics.tallyOf(loadBalancerArn);
  metrics.count(tally, "HTTPCode_ELB_5XX_Count");
  metrics.count(tally, `HTTPCode_ELB_${String(status)}_Count`);
}
