import type { Component, Parts } from "../../parts.ts";
import { alarmsSlice, type AlarmHistoryRecord, type AlarmRecord, type AlarmState } from "./state.ts";

export interface AlarmChange {
  readonly name: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

const alarmListeners: Component<Set<(change: AlarmChange) => void>> = { name: "alarm-listeners", create: () => new Set() };

/** Unknown names are absent, as in DescribeAlarms. */
export const alarmStates = (parts: Parts, names: readonly string[]): { name: string; state: AlarmState }[] =>
  parts.world
    .slice(alarmsSlice)
    .alarms.filter(({ name }) => names.includes(name))
    .map(({ name, state }) => ({ name, state }));

/** Each time that an alarm's state becomes another, whoever changed it. Returns what ends it. */
export function onAlarm(parts: Parts, listener: (change: AlarmChange) => void): () => void {
  const listeners = parts.get(alarmListeners);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const findAlarm = (parts: Parts, name: string): AlarmRecord | undefined => parts.world.slice(alarmsSlice).alarms.find((alarm) => alarm.name === name);

/** What an alarm has come to, and why. `data` is JSON. */
export interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
  readonly data?: string;
}

/** Takes over a state; tells everybody when it is another one. */
export function setState(parts: Parts, alarm: AlarmRecord, { state, reason, data }: Verdict): void {
  const from = alarm.state;
  alarm.state = state;
  alarm.reason = reason;
  alarm.reasonData = data;
  alarm.updatedMs = parts.clock.now();
  if (from === state) return;
  alarm.transitionedMs = alarm.updatedMs;
  remember(parts, alarm, "StateUpdate", `Alarm updated from ${from} to ${state}`, { version: "1.0", oldState: { stateValue: from }, newState: { stateValue: state, stateReason: reason } });
  parts.timeline.add("cloudwatch", "alarm-state", { alarm: alarm.name, from, to: state, reason });
  parts.world.changed();
  for (const listener of [...parts.get(alarmListeners)]) listener({ name: alarm.name, from, to: state, reason });
}

/** Lines of history that are kept, of all alarms together. */
const longestHistory = 1000;

export function remember(parts: Parts, alarm: AlarmRecord, type: AlarmHistoryRecord["type"], summary: string, data: unknown): void {
  const { history } = parts.world.slice(alarmsSlice);
  history.push({ alarm: alarm.name, alarmType: alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm", atMs: parts.clock.now(), type, summary, data: JSON.stringify(data) });
  if (history.length > longestHistory) history.splice(0, history.length - longestHistory);
}
