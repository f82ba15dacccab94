import { after, type Cancel } from "../clock/clock.ts";
import type { Parts } from "../parts.ts";
import { putDatum } from "../services/cloudwatch/metrics.ts";
import { dimensionOf } from "../services/elbv2/state.ts";
import { keyOf, secondsOf } from "./response-time-steps.ts";
import { TrafficSamples } from "./traffic-samples.ts";

const namespace = "AWS/ApplicationELB";

type Dimensions = Readonly<Record<string, string>>;

/** Of one load balancer, or of one target group behind it. All are weighted by the rate of time. */
export interface Tally {
  readonly dimensions: Dimensions;
  readonly counts: Map<string, number>;
  /** Steps of seconds, and how often. */
  readonly responseTimes: Map<number, number>;
}

/**
 * Counts requests and tells CloudWatch once a (virtual) second, each in the
 * minute it was counted in: a datum per request would cost more than the request.
 */
export class BalancerMetrics {
  readonly traffic: TrafficSamples;
  readonly #parts: Parts;
  readonly #tallies = new Map<string, Tally>();
  #flush: { readonly minute: number; readonly cancel: Cancel } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.traffic = new TrafficSamples(parts);
  }

  tallyOf(loadBalancerArn: string, targetGroupArn?: string): Tally {
    const key = `${loadBalancerArn} ${targetGroupArn ?? ""}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { dimensions: dimensionsOf(loadBalancerArn, targetGroupArn), counts: new Map(), responseTimes: new Map() };
      this.#tallies.set(key, tally);
    }
    return tally;
  }

  count(tally: Tally, name: string): void {
    this.#willFlush();
    tally.counts.set(name, (tally.counts.get(name) ?? 0) + this.#parts.clock.rate());
  }

  responseTime(tally: Tally, seconds: number): void {
    this.#willFlush();
    const step = keyOf(seconds);
    tally.responseTimes.set(step, (tally.responseTimes.get(step) ?? 0) + this.#parts.clock.rate());
  }

  /** How many targets of a group are in which state, now. */
  hosts(loadBalancerArn: string, targetGroupArn: string, healthy: number, unhealthy: number): void {
    const dimensions = dimensionsOf(loadBalancerArn, targetGroupArn);
    putDatum(this.#parts, { namespace, metricName: "HealthyHostCount", dimensions, value: healthy, unit: "Count" });
    putDatum(this.#parts, { namespace, metricName: "UnHealthyHostCount", dimensions, value: unhealthy, unit: "Count" });
  }

  stop(): void {
    this.traffic.stop();
    this.#endFlush();
  }

  #endFlush(): void {
    this.#flush?.cancel();
    this.#flush = undefined;
  }

  #willFlush(): void {
    const minute = Math.floor(this.#parts.clock.now() / 60_000);
    // What is left of the minute before goes there.
    if (this.#flush !== undefined && this.#flush.minute !== minute) this.#tell();
    this.#flush ??= { minute, cancel: after(this.#parts.clock, 1000, () => { this.#tell(); }) };
  }

  #tell(): void {
    if (this.#flush === undefined) return;
    const atMs = this.#flush.minute * 60_000;
    this.#endFlush();
    for (const { dimensions, counts, responseTimes } of this.#tallies.values()) {
      for (const [metricName, count] of counts) putDatum(this.#parts, { namespace, metricName, dimensions, atMs, value: 1, count, unit: "Count" });
      for (const [step, count] of responseTimes) putDatum(this.#parts, { namespace, metricName: "TargetResponseTime", dimensions, atMs, value: secondsOf(step), count, unit: "Seconds" });
      counts.clear();
      responseTimes.clear();
    }
    this.#parts.world.changed();
  }
}

const dimensionsOf = (loadBalancerArn: string, targetGroupArn: string | undefined): Dimensions => ({ ...(targetGroupArn !== undefined && { TargetGroup: dimensionOf(targetGroupArn) }), LoadBalancer: dimensionOf(loadBalancerArn) });
