import { every, type Cancel } from "../clock/clock.ts";
import type { Parts } from "../parts.ts";
import { afterCheck, initialState } from "../services/elbv2/health-state.ts";
import { elbSignals } from "../services/elbv2/signals.ts";
import { elbv2State, listenersOf, type TargetGroupRecord, type TargetRecord } from "../services/elbv2/state.ts";
import type { BalancerSettings } from "./balancer-settings.ts";
import { checkTarget } from "./check-target.ts";
import type { BalancerMetrics } from "./metrics.ts";

/** Targets that wait are looked at every second, and others at most every so many; virtual seconds. */
const longestIntervalSeconds = 5;

/** Checks every target that could get requests, takes those away that have drained, and holds the clock while any is new. */
export class HealthChecks {
  readonly #parts: Parts;
  readonly #settings: BalancerSettings;
  readonly #metrics: BalancerMetrics;
  /** What goes on for a target: its checks, or the end of its draining. */
  readonly #running = new Map<TargetRecord, { readonly kind: "check" | "drain"; readonly cancel: Cancel }>();
  readonly #cancels: readonly Cancel[];
  #releaseClock: Cancel | undefined;

  constructor(parts: Parts, settings: BalancerSettings, metrics: BalancerMetrics) {
    this.#parts = parts;
    this.#settings = settings;
    this.#metrics = metrics;
    const { targets, listener } = parts.get(elbSignals);
    const sync = (): void => {
      this.#sync();
    };
    const untilMinute = (): number => 60_000 - (parts.clock.now() % 60_000);
    this.#cancels = [targets.subscribe(sync), listener.subscribe(sync), every(parts.clock, untilMinute, () => {
      for (const group of elbv2State(parts).targetGroups) this.#tellMetrics(group);
    })];
    this.#sync();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    for (const { cancel } of this.#running.values()) cancel();
    this.#running.clear();
    this.#releaseClock?.();
  }

  #sync(): void {
    const present = new Set<TargetRecord>();
    for (const group of elbv2State(this.#parts).targetGroups) {
      for (const target of [...group.targets]) {
        present.add(target);
        this.#syncTarget(group, target);
      }
    }
    for (const target of this.#running.keys()) if (!present.has(target)) this.#end(target);
    this.#holdClock();
  }

  #syncTarget(group: TargetGroupRecord, target: TargetRecord): void {
    const isUsed = listenersOf(this.#parts, group.arn).length > 0;
    if (target.state !== "draining" && isUsed !== (target.state !== "unused")) {
      Object.assign(target, initialState(this.#parts, group), { registeredMs: this.#parts.clock.now(), successes: 0, failures: 0 });
      this.#tell(group, target);
    }
    const kind = target.state === "draining" ? "drain" : isUsed ? "check" : undefined;
    if (this.#running.get(target)?.kind === kind) return;
    this.#end(target);
    if (kind === "drain") this.#running.set(target, { kind, cancel: this.#parts.clock.at(target.goneMs ?? 0, () => { this.#remove(group, target); }) });
    if (kind === "check") {
      const intervalMs = (): number => (target.state === "initial" ? 1000 : Math.min(group.healthCheck.intervalSeconds, longestIntervalSeconds) * 1000);
      this.#running.set(target, { kind, cancel: every(this.#parts.clock, intervalMs, async () => this.#check(group, target)) });
    }
  }

  #end(target: TargetRecord): void {
    this.#running.get(target)?.cancel();
    this.#running.delete(target);
  }

  async #check(group: TargetGroupRecord, target: TargetRecord): Promise<void> {
    const result = await checkTarget(this.#parts, this.#settings, group, target);
    // Much may have happened meanwhile.
    if (this.#running.get(target)?.kind !== "check") return;
    const before = { state: target.state, reason: target.reason, description: target.description };
    Object.assign(target, afterCheck(target, group, result, this.#parts.clock.now()));
    if (before.state !== target.state || before.reason !== target.reason || before.description !== target.description) this.#tell(group, target);
    this.#holdClock();
  }

  #remove(group: TargetGroupRecord, target: TargetRecord): void {
    this.#end(target);
    group.targets = group.targets.filter((candidate) => candidate !== target);
    this.#parts.timeline.add("load-balancer", "target-deregistered", { targetGroup: group.name, target: `${target.id}:${String(target.port)}` });
    this.#parts.get(elbSignals).targets.tell(group.arn);
    this.#parts.get(elbSignals).targetHealth.tell(group.arn);
    this.#parts.world.changed();
  }

  #tell(group: TargetGroupRecord, { id, port, state, reason, description }: TargetRecord): void {
    this.#parts.timeline.add("load-balancer", "target-health", { targetGroup: group.name, target: `${id}:${String(port)}`, state, reason: reason ?? null, description: description ?? null });
    this.#tellMetrics(group);
    this.#parts.get(elbSignals).targetHealth.tell(group.arn);
    this.#parts.world.changed();
  }

  #tellMetrics({ arn, targets }: TargetGroupRecord): void {
    const counted = targets.filter(({ state }) => state === "healthy" || state === "unhealthy" || state === "initial");
    if (counted.length === 0) return;
    const healthy = counted.filter(({ state }) => state === "healthy").length;
    for (const loadBalancerArn of new Set(listenersOf(this.#parts, arn).map((listener) => listener.loadBalancerArn))) this.#metrics.hosts(loadBalancerArn, arn, healthy, counted.length - healthy);
  }

  #holdClock(): void {
    const isNew = elbv2State(this.#parts).targetGroups.some(({ targets }) => targets.some(({ state }) => state === "initial"));
    if (isNew) this.#releaseClock ??= this.#parts.clock.hold();
    else {
      this.#releaseClock?.();
      this.#releaseClock = undefined;
    }
  }
}
