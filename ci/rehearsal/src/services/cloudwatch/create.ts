import type { Parts } from "../../parts.ts";
import { remember, findAlarm } from "./alarms.ts";
import { checkCompositeAlarm, checkMetricAlarm } from "./check-alarm.ts";
import { evaluator } from "./evaluator.ts";
import { alarmsSlice, type AlarmRecord, type CompositeAlarmConfiguration, type CompositeAlarmRecord, type MetricAlarmConfiguration, type MetricAlarmRecord } from "./state.ts";

/** Makes it, or gives one of that name its new configuration; the state stays, as on AWS, until the next evaluation. */
export function createMetricAlarm(parts: Parts, configuration: MetricAlarmConfiguration): MetricAlarmRecord {
  checkMetricAlarm(configuration);
  return put(parts, { kind: "metric", ...configuration, ...stateOf(parts, configuration.name) });
}

export function createCompositeAlarm(parts: Parts, configuration: CompositeAlarmConfiguration): CompositeAlarmRecord {
  checkCompositeAlarm(parts, configuration);
  return put(parts, { kind: "composite", ...configuration, ...stateOf(parts, configuration.name) });
}

function stateOf(parts: Parts, name: string): Pick<AlarmRecord, "arn" | "state" | "reason" | "reasonData" | "configuredMs" | "updatedMs" | "transitionedMs"> {
  const now = parts.clock.now();
  const arn = parts.world.arn("cloudwatch", `alarm:${name}`);
  const earlier = findAlarm(parts, name);
  return earlier === undefined
    ? { arn, state: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", configuredMs: now, updatedMs: now, transitionedMs: now }
    : { arn, state: earlier.state, reason: earlier.reason, reasonData: earlier.reasonData, configuredMs: now, updatedMs: earlier.updatedMs, transitionedMs: earlier.transitionedMs };
}

function put<Record extends AlarmRecord>(parts: Parts, alarm: Record): Record {
  const { alarms } = parts.world.slice(alarmsSlice);
  const index = alarms.findIndex(({ name }) => name === alarm.name);
  if (index < 0) alarms.push(alarm);
  else alarms[index] = { ...alarm, tags: alarms[index]?.tags ?? alarm.tags };
  remember(parts, alarm, "ConfigurationUpdate", `Alarm "${alarm.name}" ${index < 0 ? "created" : "updated"}`, { version: "1.0", type: index < 0 ? "Create" : "Update", [`${index < 0 ? "created" : "updated"}Alarm`]: { alarmName: alarm.name } });
  parts.timeline.add("cloudwatch", "alarm-configured", { alarm: alarm.name, state: alarm.state, description: alarm.description ?? null });
  parts.get(evaluator).wake();
  return alarm;
}
