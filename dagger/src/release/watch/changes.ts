import type { EmitRelease } from "../../report/release-events.ts";
import { explainErrorCode } from "../error-codes.ts";
import type { SeenDeployment, SeenEvent, Sight } from "./sight.ts";
import { trafficOf } from "./traffic.ts";

type Event = Parameters<EmitRelease>[0];

/** What is to be told of a look, given the one before; of the first one, all that has happened so far. `objection` is why this run has stopped it. */
export function changesOf(before: Sight | undefined, sight: Sight, objection?: { readonly why: string }): Event[] {
  return [
    ...lifecycle(sight.deployment.id, before?.events ?? [], sight.events),
    ...traffic(before, sight),
    ...alarms(before, sight),
    ...sight.stopped.map(({ arn, containers, reason }): Event => ({ kind: "task-stopped", task: arn.split("/").at(-1) ?? arn, reason, containers })),
    ...ready(before, sight),
    ...rollback(before, sight, objection),
  ];
}

/** The latest that is known of each part: what could not be read this time is as it was. */
export const withKnown = (before: Sight | undefined, sight: Sight): Sight => ({
  ...sight,
  events: sight.events.length === 0 ? (before?.events ?? []) : sight.events,
  rollbackEvents: sight.rollbackEvents.length === 0 ? (before?.rollbackEvents ?? []) : sight.rollbackEvents,
  taskSets: sight.taskSets ?? before?.taskSets,
  listeners: sight.listeners ?? before?.listeners,
  alarms: sight.alarms ?? before?.alarms,
});

function lifecycle(deploymentId: string, before: readonly SeenEvent[], now: readonly SeenEvent[]): Event[] {
  return now
    .filter(({ name, status }) => status !== "Pending" && status !== before.find((event) => event.name === name)?.status)
    .map(({ endedAtMs, message, name, startedAtMs, status }) => ({
      kind: "lifecycle",
      deploymentId,
      event: name,
      status,
      durationMs: startedAtMs === undefined || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs,
      ...(message === undefined || status !== "Failed" ? {} : { message }),
    }));
}

const percentOf = (sight: Sight | undefined): number | undefined => (sight === undefined ? undefined : trafficOf(sight.deployment.id, sight.listeners ?? [], sight.taskSets ?? [])?.candidatePercent);

function traffic(before: Sight | undefined, sight: Sight): Event[] {
  const percent = percentOf(sight);
  if (percent === undefined || percent === (percentOf(before) ?? 0)) return [];
  return [{ kind: "traffic", deploymentId: sight.deployment.id, candidatePercent: percent }];
}

function alarms(before: Sight | undefined, sight: Sight): Event[] {
  return (sight.alarms ?? []).filter(({ name, state }) => state !== before?.alarms?.find((alarm) => alarm.name === name)?.state).map((alarm) => ({ kind: "alarm", ...alarm }));
}

function ready(before: Sight | undefined, sight: Sight): Event[] {
  if (sight.deployment.status !== "Ready" || before?.deployment.status === "Ready") return [];
  return [{ kind: "waiting-for-promote", deploymentId: sight.deployment.id, untilMs: readyUntil(sight.deployment, sight.events) }];
}

/** It waits from the end of the last event before it. */
export function readyUntil({ readyWaitMinutes }: Pick<SeenDeployment, "readyWaitMinutes">, events: readonly SeenEvent[]): number | undefined {
  const ended = events.flatMap(({ endedAtMs }) => endedAtMs ?? []);
  return ended.length === 0 || readyWaitMinutes === 0 ? undefined : Math.max(...ended) + readyWaitMinutes * 60_000;
}

function rollback(before: Sight | undefined, sight: Sight, objection: { readonly why: string } | undefined): Event[] {
  if (sight.rollback === undefined) return [];
  const { id } = sight.rollback;
  const { error } = sight.deployment;
  const why = objection !== undefined && (error === undefined || error.code === "MANUAL_STOP") ? objection.why : explainErrorCode(error?.code).why;
  const started: Event[] = before?.rollback === undefined ? [{ kind: "rollback-started", deploymentId: sight.deployment.id, rollbackId: id, why }] : [];
  return [...started, ...lifecycle(id, before?.rollbackEvents ?? [], sight.rollbackEvents)];
}
