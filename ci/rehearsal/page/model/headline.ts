import { clockTime, count, duration } from "./format.ts";
import type { Deployment } from "./model.ts";
import type { GroupSample } from "./samples.ts";
import type { Scene, Side, SideName } from "./scene.ts";

export type Samples = Readonly<Partial<Record<SideName, GroupSample | undefined>>>;

/** From so large a share on, errors are told. */
export const leastErrorPercent = 1;

/** What one glance should answer. */
export interface Headline {
  /** Where the release stands. */
  readonly title: string;
  readonly health: { readonly isWell: boolean; readonly text: string };
  readonly next: string;
  readonly tone: "calm" | "busy" | "good" | "bad";
}

/** `samples`: what the sides got lately. */
export function headlineOf(scene: Scene, nowMs: number, samples: Samples = {}): Headline {
  const { active, outcome } = scene;
  const tone = outcome.kind === "under-way" ? "busy" : outcome.kind === "succeeded" ? "good" : outcome.kind === "none" ? "calm" : "bad";
  return { title: titleOf(scene), health: healthOf(scene, samples), next: active === undefined ? nextWithout(scene) : nextOf(scene, active, nowMs), tone };
}

function titleOf(scene: Scene): string {
  const { candidate, deployment, outcome } = scene;
  switch (outcome.kind) {
    case "none":
      return scene.current === undefined ? "Nothing runs here yet" : "No deployment so far";
    case "under-way":
      return deployment === undefined ? "" : underWay(deployment, candidate);
    case "rolling-back":
      return `Rolling back: ${outcome.why}`;
    case "succeeded":
      return "Released: all traffic is on the new tasks";
    case "rolled-back":
      return `Rolled back: ${outcome.why}`;
    case "stopped":
      return `Stopped, and not rolled back: ${outcome.why}`;
    case "failed":
      return `Failed: ${outcome.why}`;
  }
}

function underWay({ status, wait, events }: Deployment, candidate: Side | undefined): string {
  if (wait?.stage === "ReadyWait") return "The candidate is ready, and waits for you";
  if (wait?.stage === "TerminationWait") return "All traffic is on the candidate";
  if (status === "Created") return "A deployment begins";
  const event = events.find((one) => one.status === "InProgress")?.name;
  if (event === "Install") return "The candidate is starting";
  if (event === "AllowTraffic") return `${percent(candidate?.trafficPercent ?? 0)} of the traffic ${(candidate?.trafficPercent ?? 0) > 0 ? "is on" : "goes to"} the candidate`;
  return event === undefined ? "Between two steps" : `At ${event}`;
}

function nextOf({ candidate }: Scene, deployment: Deployment, nowMs: number): string {
  const { wait, events, rollbackOf, status } = deployment;
  if (rollbackOf !== undefined) return "All traffic goes back to the current tasks, and the candidate’s are ended.";
  const left = (untilMs: number): string => `in ${duration(Math.max(0, untilMs - nowMs))} (${clockTime(untilMs)})`;
  if (wait?.stage === "ReadyWait") return `Somebody says that traffic may go over; otherwise it is stopped ${left(wait.untilMs)}.`;
  if (wait?.stage === "TerminationWait") return `The old tasks are ended ${left(wait.untilMs)}. Until then there is a way back.`;
  if (status === "Created") return "The AppSpec is read, and the candidate’s tasks are started.";
  const event = events.find((one) => one.status === "InProgress")?.name;
  if (event === "Install") return candidate === undefined ? "The candidate’s tasks are started." : `It goes on once ${count(candidate.taskSet.desired, "task")} ${candidate.taskSet.desired === 1 ? "is" : "are"} healthy; ${candidate.healthyTargets} ${candidate.healthyTargets === 1 ? "is" : "are"}.`;
  const shift = nextShift(deployment);
  if (event === "AllowTraffic") return shift === undefined ? "All of it is shifted." : shift.atMs <= nowMs ? `${percent(shift.percent)} on the candidate, as soon as it has healthy targets.` : `${percent(shift.percent)} on the candidate ${left(shift.atMs)}.`;
  const following = events.find((one) => one.status === "Pending")?.name;
  return following === undefined ? "The wait before the old tasks are ended." : `${following}.`;
}

const nextWithout = ({ outcome, current }: Scene): string => {
  if (current === undefined) return "Make a world (--world), or create a service by the API.";
  return outcome.kind === "stopped" || outcome.kind === "failed" ? "Nothing by itself: see who has the traffic, and deploy again." : "Nothing, until somebody deploys.";
};

/** The next share of the schedule, and when it is due. */
export function nextShift({ events, schedule, shifts }: Deployment): { readonly atMs: number; readonly percent: number } | undefined {
  const begin = events.find(({ name }) => name === "AllowTraffic")?.startMs;
  if (begin === undefined) return undefined;
  const done = shifts.filter(({ atMs }) => atMs >= begin);
  const next = schedule[done.length];
  const last = done.at(-1);
  if (next === undefined) return undefined;
  return { percent: next.percent, atMs: (last?.atMs ?? begin) + next.atMs - (schedule[done.length - 1]?.atMs ?? 0) };
}

/** Tasks, alarms and answers together. */
function healthOf({ alarms, candidate, current, group }: Scene, samples: Samples): Headline["health"] {
  const sides = [current, candidate].filter((side) => side !== undefined && side.taskSet.status !== "DRAINING");
  const firing = alarms.filter(({ name, state }) => state === "ALARM" && (group === undefined || group.alarms.includes(name)));
  const troubles = [
    ...(firing.length > 0 ? [`${firing.length === 1 ? "Alarm" : "Alarms"} ${firing.map(({ name }) => name).join(", ")} ${firing.length === 1 ? "fires" : "fire"}`] : []),
    ...sides.flatMap((side) => (side !== undefined && side.taskSet.desired > 0 && side.healthyTargets < side.taskSet.desired ? [`${side.healthyTargets} of ${count(side.taskSet.desired, "task")} of the ${side.name} ${side.healthyTargets === 1 ? "is" : "are"} healthy`] : [])),
    ...(["current", "candidate"] as const).flatMap((name) => {
      const sample = samples[name];
      const share = sample === undefined || sample.perSecond === 0 ? 0 : (100 * sample.errorsPerSecond) / sample.perSecond;
      return share >= leastErrorPercent ? [`${percent(share)} of the ${name}’s answers are errors`] : [];
    }),
  ];
  if (troubles.length > 0) return { isWell: false, text: `${troubles.join("; ")}.` };
  const healthy = sides.reduce((sum, side) => sum + (side?.healthyTargets ?? 0), 0);
  const alarmText = group === undefined || group.alarms.length === 0 ? "no alarm is watched" : firing.length === 0 ? "no alarm fires" : "";
  return { isWell: healthy > 0, text: healthy === 0 ? "There are no tasks." : `All ${count(healthy, "task")} are healthy, and ${alarmText}.`.replace("All 1 task are healthy", "The one task is healthy") };
}

export const percent = (value: number): string => `${String(Math.round(value))} %`;
