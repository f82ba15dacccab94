import { every, type Cancel } from "../../clock/clock.ts";
import { faults } from "../../faults/faults.ts";
import type { Component, Parts } from "../../parts.ts";
import { findAlarm, onAlarm, setState, type AlarmChange } from "./alarms.ts";
import { childrenOf, isTrue, parseCompositeRule } from "./composite-rule.ts";
import { evaluateMetricAlarm } from "./evaluate-metric-alarm.ts";
import { periodOf } from "./queries.ts";
import { alarmsSlice, type CompositeAlarmRecord, type MetricAlarmRecord } from "./state.ts";

/** Every so often it looks; most alarms only at the first of the six looks of a minute. */
const lookEveryMs = 10_000;
const lookOffsetMs = 3_000;
/** Past the full minute, as AWS's timestamps of transitions show it: 19:39:13. */
const minuteOffsetMs = 13_000;

/** Evaluates the alarms while there are any; otherwise it has nothing going. */
export class AlarmEvaluator {
  readonly #parts: Parts;
  #cancel: Cancel | undefined;
  #minute: number;
  readonly #endListening: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#minute = Math.floor((parts.clock.now() - minuteOffsetMs) / 60_000);
    this.#endListening = onAlarm(parts, (change) => {
      this.#evaluateParents(change);
    });
    this.wake();
  }

  /** To be told when there is an alarm that was not there. */
  wake(): void {
    if (this.#cancel !== undefined || !this.#hasAlarms()) return;
    const { clock } = this.#parts;
    this.#cancel = every(
      clock,
      () => lookEveryMs - ((((clock.now() - lookOffsetMs) % lookEveryMs) + lookEveryMs) % lookEveryMs),
      () => {
        this.#look();
      },
    );
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#endListening();
  }

  #hasAlarms(): boolean {
    return this.#parts.world.slice(alarmsSlice).alarms.length > 0;
  }

  #look(): void {
    if (!this.#hasAlarms()) {
      this.#cancel?.();
      this.#cancel = undefined;
      return;
    }
    // Also when this machine was too busy for the look that was meant for it.
    const minute = Math.floor((this.#parts.clock.now() - minuteOffsetMs) / 60_000);
    const isMinute = minute !== this.#minute;
    this.#minute = minute;
    // So that metrics are saved, too: a datum alone says nothing to the world, as there are many.
    if (isMinute) this.#parts.world.changed();
    for (const alarm of [...this.#parts.world.slice(alarmsSlice).alarms]) {
      if (this.#isForced(alarm.name)) setState(this.#parts, alarm, { state: "ALARM", reason: "A fault of the rehearsal says so, whatever its metric says." });
      else if (alarm.kind === "composite") this.#evaluateComposite(alarm);
      else if (isMinute || isHighResolution(alarm)) this.#evaluateMetric(alarm);
    }
  }

  #isForced(name: string): boolean {
    return this.#parts.get(faults).strike("alarm", ({ alarm }) => alarm === name).length > 0;
  }

  #evaluateMetric(alarm: MetricAlarmRecord): void {
    const verdict = evaluateMetricAlarm(this.#parts, alarm);
    if (verdict !== undefined && (verdict.state !== alarm.state || alarm.reason !== verdict.reason)) setState(this.#parts, alarm, verdict);
  }

  #evaluateParents({ name, to }: AlarmChange): void {
    for (const alarm of this.#parts.world.slice(alarmsSlice).alarms) {
      if (alarm.kind === "composite" && childrenOf(parseCompositeRule(alarm.rule)).includes(name)) this.#evaluateComposite(alarm, { name, to });
    }
  }

  #evaluateComposite(alarm: CompositeAlarmRecord, because?: Pick<AlarmChange, "name" | "to">): void {
    const rule = parseCompositeRule(alarm.rule);
    // A child that was deleted counts as one of which nothing is known.
    const state = isTrue(rule, (name) => findAlarm(this.#parts, name)?.state ?? "INSUFFICIENT_DATA") ? "ALARM" : "OK";
    if (state === alarm.state) return;
    const at = longDate(this.#parts.clock.now());
    const reason = because === undefined ? `${alarm.arn} was created and its alarm rule evaluates to ${state}` : `${this.#parts.world.arn("cloudwatch", `alarm:${because.name}`)} transitioned to ${because.to} at ${at}`;
    setState(this.#parts, alarm, { state, reason });
  }
}

function isHighResolution({ period, metrics }: MetricAlarmRecord): boolean {
  return (period ?? periodOf(metrics?.find(({ ReturnData }) => ReturnData !== false)?.Id ?? "", metrics ?? []) ?? 60) < 60;
}

/** Thursday 15 January, 2026 12:00:13 UTC */
function longDate(ms: number): string {
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(ms);
  return `${part({ weekday: "long" })} ${part({ day: "2-digit" })} ${part({ month: "long" })}, ${part({ year: "numeric" })} ${part({ timeStyle: "medium" })} UTC`;
}

export const evaluator: Component<AlarmEvaluator> = {
  name: "alarm-evaluator",
  create: (parts) => new AlarmEvaluator(parts),
  stop: (made) => {
    made.stop();
    return Promise.resolve();
  },
};
