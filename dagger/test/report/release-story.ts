import type { ReleaseEvent } from "../../src/report/release-events.ts";
import type { Outcome } from "../../src/report/release-schema.ts";

export const beginMs = Date.UTC(2026, 0, 15, 12);
const id = "d-1ABCDEFGH";
const commit = "1a2b3c4".padEnd(40, "0");
const digest = (digit: string): string => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy@sha256:${digit.repeat(64)}`;

type Untimed<Event> = Event extends unknown ? Omit<Event, "atMs"> : never;
const at = (seconds: number, event: Untimed<ReleaseEvent>): ReleaseEvent => ({ ...event, atMs: beginMs + seconds * 1000 });
const lifecycle = (seconds: number, event: string, status: string, durationMs?: number, message?: string): ReleaseEvent => at(seconds, { kind: "lifecycle", deploymentId: id, event, status, durationMs, ...(message === undefined ? {} : { message }) });

const outcome = (over: Partial<Outcome>): Outcome => ({ kind: "released", deploymentId: id, deploymentStatus: "Succeeded", summary: `Deployment ${id} has all traffic: the new version is released.`, next: "", candidatePercent: 100, startedAt: new Date(beginMs).toISOString(), endedAt: new Date(beginMs + 932_000).toISOString(), ...over });

const begin: readonly ReleaseEvent[] = [
  at(0, { kind: "image-in-registry", service: "proxy", reference: "notes-proxy:1a2b3c4", digest: `sha256:${"b".repeat(64)}`, how: "pushed", differs: false }),
  at(0, { kind: "planned", what: "release", commit, fromCommit: "9f8e7d6".padEnd(40, "0"), changes: [{ path: "containers.proxy.image", from: digest("a"), to: digest("b") }, { path: "cpu", from: "256", to: "512" }, { path: "containers.proxy.user", to: "101" }], notes: ["The database is a sidecar: each release begins with an empty one, which is fit for a demonstration and for nothing that somebody wants to keep."] }),
  at(1, { kind: "task-definition-registered", arn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:7" }),
  at(1, { kind: "deployment", deploymentId: id, how: "created" }),
  at(1, { kind: "alarm", name: "notes-5xx-alarm", state: "OK", reason: "no datapoints" }),
  lifecycle(3, "Install", "InProgress"),
  lifecycle(65, "Install", "Succeeded", 62_000),
  lifecycle(66, "AllowTraffic", "InProgress"),
  at(66, { kind: "traffic", deploymentId: id, candidatePercent: 10 }),
  at(126, { kind: "traffic", deploymentId: id, candidatePercent: 20 }),
];

export const released: readonly ReleaseEvent[] = [
  ...begin,
  ...[3, 4, 5, 6, 7, 8, 9, 10].map((step) => at(6 + 60 * step, { kind: "traffic", deploymentId: id, candidatePercent: 10 * step })),
  lifecycle(606, "AllowTraffic", "Succeeded", 540_000),
  at(932, { kind: "ended", outcome: outcome({}) }),
];

const reason = "Threshold Crossed: 2 out of the last 2 datapoints [12.5 (15/01/26 12:02:00), 9.0 (15/01/26 12:01:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).";

export const rolledBack: readonly ReleaseEvent[] = [
  ...begin,
  at(130, { kind: "trouble", what: "ThrottlingException: Rate exceeded", tries: 2 }),
  at(150, { kind: "task-stopped", task: "0123456789abcdef", reason: "Essential container in task exited", containers: [{ name: "proxy", exitCode: 3, reason: undefined, lastLines: ["cannot reach \u001b[31mthe backend", "giving up"] }, { name: "backend", exitCode: 0, reason: undefined, lastLines: [] }] }),
  at(193, { kind: "alarm", name: "notes-5xx-alarm", state: "ALARM", reason }),
  lifecycle(200, "AllowTraffic", "Failed", 134_000, "One or more alarms have been activated."),
  lifecycle(200, "AfterAllowTraffic", "Skipped"),
  at(200, { kind: "rollback-started", deploymentId: id, rollbackId: "d-2ROLLBACK", why: "an alarm of the deployment group fired, or its state could not be read" }),
  at(200, { kind: "traffic", deploymentId: id, candidatePercent: 0 }),
  at(202, { kind: "ended", outcome: outcome({ kind: "rolled-back", deploymentStatus: "Stopped", errorCode: "ALARM_ACTIVE", rollbackId: "d-2ROLLBACK", candidatePercent: 0, summary: `Deployment ${id} ended as Stopped, because an alarm fired (ALARM_ACTIVE) and was rolled back by d-2ROLLBACK; all traffic is on the version that ran before.`, next: "Look at the alarm's datapoints and at the logs of the new version, mend it, and release again.", endedAt: new Date(beginMs + 202_000).toISOString() }) }),
];
