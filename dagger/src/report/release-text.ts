import { outcomeWords } from "./headline.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { advance, beforeRelease, type ReleaseProgress } from "./release-progress.ts";
import type { Change, CheckResult, Outcome, OutcomeKind, PreflightFinding } from "./release-schema.ts";
import { plain, wrap, type Paint, type Style } from "./text.ts";
import { visible } from "./visible.ts";
import { formatCount, formatDuration } from "./words.ts";

/** The words of a release: a line for an event, and why it ended as it did. No line is longer than this but for names that are. */
const width = 100;
/** Where the words of a line begin, after its time. */
const margin = 9;
const columns = { what: 22, state: 16 } as const;

/** Takes each event as it comes; returns what to write of it, undefined for nothing. */
export function releaseText(paint: Paint = plain): (event: ReleaseEvent) => string | undefined {
  let progress = beforeRelease;
  return (given) => {
    const event = visible(given);
    const before = progress;
    progress = advance(before, event);
    const text = textOf(event, { before, progress, paint });
    if (text === undefined) return undefined;
    const time = formatClock(event.atMs - (progress.startedMs ?? event.atMs)).padStart(margin - 2);
    return `${paint("dim", time)}  ${text.replaceAll("\n", `\n${" ".repeat(margin)}`)}`;
  };
}

interface Context {
  readonly before: ReleaseProgress;
  readonly progress: ReleaseProgress;
  readonly paint: Paint;
}

function textOf(event: ReleaseEvent, context: Context): string | undefined {
  const { paint } = context;
  switch (event.kind) {
    case "image-in-registry":
      return `${`image ${event.service}`.padEnd(columns.what)}${event.how.padEnd(columns.state)}${event.digest.slice(7, 19)}${event.differs ? paint("yellow", "   the fresh build differs, and is not used") : ""}`;
    case "planned":
      return plannedText(event, paint);
    case "checked":
      return checkedText(event.findings, paint);
    case "task-definition-registered":
      return `${"task definition".padEnd(columns.what)}${event.arn.split("/").at(-1) ?? event.arn}`;
    case "deployment":
      return `${`deployment ${event.deploymentId}`.padEnd(columns.what + columns.state)}${event.how === "created" ? "created" : "runs already, and is followed"}`;
    case "lifecycle":
      return lifecycleText(event, context);
    case "traffic":
      return event.candidatePercent === 0 ? row("traffic", "all back", context) : row(context.progress.running ?? "traffic", context.progress.running === undefined ? "" : "in progress", context);
    case "alarm":
      return alarmText(event, context);
    case "task-stopped":
      return stoppedText(event, context);
    case "sample":
      return sampleText(event, context);
    case "verdict":
      return verdictText(event, paint);
    case "trouble":
      return paint("yellow", folded(`${event.tries > 1 ? `try ${String(event.tries)}: ` : ""}${event.what}`));
    case "waiting-for-another":
      return `waits until deployment ${event.deploymentId} is over`;
    case "waiting-for-promote":
      return paint("bold", `waits for somebody to say \`promote\`${event.untilMs === undefined ? "" : `, until ${new Date(event.untilMs).toISOString().slice(11, 16)} UTC`}`);
    case "promoted":
      return event.wait === "READY_WAIT" ? "promoted: users will see the new version" : "promoted: the old version is taken away now";
    case "stopped":
      return `deployment ${event.deploymentId} was stopped; its traffic goes back`;
    case "rollback-started":
      return paint("yellow", folded(`rolled back by ${event.rollbackId}, because ${event.why}`));
    case "ended":
      return outcomeText(event.outcome, context);
  }
}

/** `AllowTraffic  in progress   ████░░░░░░ 40 %   alarms ok` */
function row(what: string, state: string, { paint, progress }: Context): string {
  const traffic = progress.candidatePercent === undefined ? "" : trafficBar(progress.candidatePercent);
  return `${what.padEnd(columns.what)}${state.padEnd(columns.state)}${traffic.padEnd(19)}${alarmsText(progress, paint)}`.trimEnd();
}

const cells = 10;

export function trafficBar(percent: number): string {
  // Neither end is shown before it is reached.
  const full = percent <= 0 ? 0 : percent >= 100 ? cells : Math.min(cells - 1, Math.max(1, Math.round((percent / 100) * cells)));
  return `${"█".repeat(full)}${"░".repeat(cells - full)} ${String(percent)} %`;
}

function alarmsText({ alarms }: ReleaseProgress, paint: Paint): string {
  const all = Object.entries(alarms);
  if (all.length === 0) return "";
  const firing = all.filter(([, { state }]) => state === "ALARM").map(([name]) => name);
  if (firing.length > 0) return paint("red", `ALARM ${firing.join(", ")}`);
  const unknown = all.filter(([, { state }]) => state !== "OK").length;
  if (unknown === all.length) return paint("dim", "alarms without data");
  return paint("green", unknown === 0 ? "alarms ok" : `alarms ok, ${String(unknown)} without data`);
}

const statusWords: Readonly<Record<string, string>> = { InProgress: "in progress", Succeeded: "done", Failed: "failed", Unknown: "unknown" };

/** What is left out after a failure is told by the failure. */
function lifecycleText({ durationMs, event, message, status }: Extract<ReleaseEvent, { kind: "lifecycle" }>, context: Context): string | undefined {
  if (status === "Skipped") return undefined;
  const word = statusWords[status] ?? status;
  const line = row(event, durationMs === undefined || durationMs < 1000 ? word : `${word}, ${formatClock(durationMs)}`, context);
  if (status !== "Failed") return line;
  return [context.paint("red", line), ...(message === undefined ? [] : [indented(folded(message, 2))])].join("\n");
}

/** The state at the start is part of every line; a change has a line of its own. */
function alarmText({ name, reason, state }: Extract<ReleaseEvent, { kind: "alarm" }>, { before, paint }: Context): string | undefined {
  if (before.alarms[name] === undefined && state !== "ALARM") return undefined;
  const text = `alarm ${name}: ${state}`;
  return state === "ALARM" ? [paint("red", text), indented(folded(reason, 2))].join("\n") : text;
}

const resultStyle = { pass: "green", fail: "red", inconclusive: "yellow" } as const satisfies Record<CheckResult, Style>;
const dry = (dryRun: boolean): string => (dryRun ? "dry run, " : "");

/** The first of a check, and each that is other than the one before, or bad: a good one after a good one is no news. */
function sampleText({ check, dryRun, result, text }: Extract<ReleaseEvent, { kind: "sample" }>, { before, paint }: Context): string | undefined {
  if (before.lastResults[check] === result && result !== "fail") return undefined;
  const indent = columns.what + columns.state;
  const seen = wrap(text, width - margin - indent).replaceAll("\n", `\n${" ".repeat(indent)}`);
  const line = `${`check ${check}`.padEnd(columns.what)} ${`${dry(dryRun)}${result}`.padEnd(columns.state - 2)} ${seen}`;
  return result === "pass" ? line : paint(resultStyle[result], line);
}

function verdictText({ check, dryRun, result, stops, why }: Extract<ReleaseEvent, { kind: "verdict" }>, paint: Paint): string {
  const word = { pass: "passed", fail: "failed", inconclusive: "inconclusive" }[result];
  return paint(resultStyle[result], folded(`check ${check} ${word}${dryRun ? " (dry run)" : ""}: ${why}${stops ? " -> the deployment is stopped" : ""}`));
}

function stoppedText({ containers, reason, task }: Extract<ReleaseEvent, { kind: "task-stopped" }>, { paint }: Context): string {
  return [paint("red", folded(`task ${task.slice(0, 8)} stopped: ${reason}`)), ...containers.map((container) => indented(containerText(container)))].join("\n");
}

function containerText({ exitCode, lastLines, name, reason }: Extract<ReleaseEvent, { kind: "task-stopped" }>["containers"][number]): string {
  const how = [...(exitCode === undefined ? [] : [`exit code ${String(exitCode)}`]), ...(reason === undefined ? [] : [reason])].join(", ");
  return [folded(`${name}${how === "" ? "" : `: ${how}`}`, 2), ...lastLines.map((line) => `  | ${line.replaceAll("\n", " ")}`)].join("\n");
}

const shownChanges = 12;

function plannedText({ changes, commit, fromCommit, notes, what }: Extract<ReleaseEvent, { kind: "planned" }>, paint: Paint): string {
  const of = commit === "" ? "a revision without a commit" : commit.slice(0, 7);
  const from = fromCommit === undefined ? "" : `, in place of ${fromCommit.slice(0, 7)}`;
  const rest = changes.length - shownChanges;
  return [
    paint("bold", `${what === "release" ? "release of" : "rollback to"} ${of}${from}: ${changes.length === 0 ? "nothing changes in the task definition" : formatCount(changes.length, "change")}`),
    ...changes.slice(0, shownChanges).map((change) => indented(changeText(change))),
    ...(rest > 0 ? [`  and ${String(rest)} more`] : []),
    ...notes.map((note) => folded(`note: ${note}`)),
  ].join("\n");
}

/** A digest is told by its beginning: both of them whole would be two lines. */
function changeText({ from, path, to }: Change): string {
  const short = (value: string): string => value.replace(/@sha256:([0-9a-f]{12})[0-9a-f]{52}$/, "@$1").slice(0, 200);
  return folded(`${path}: ${from === undefined ? "new, " : `${short(from)} -> `}${to === undefined ? "gone" : short(to)}`, 2);
}

function checkedText(findings: readonly PreflightFinding[], paint: Paint): string {
  const of = (level: PreflightFinding["level"]): PreflightFinding[] => findings.filter((finding) => finding.level === level);
  const styles = { no: "red", warning: "yellow" } as const satisfies Record<string, Style>;
  return [
    `${"preflight".padEnd(columns.what)}${String(of("ok").length)} ok, ${formatCount(of("warning").length, "warning")}, ${String(of("no").length)} no`,
    ...(["no", "warning"] as const).flatMap((level) => of(level).map(({ next, what }) => `${paint(styles[level], indented(folded(`${level}: ${what}`, 2)))}\n${indented(folded(next, 4), 4)}`)),
  ].join("\n");
}

export const outcomeStyle: Readonly<Record<OutcomeKind, Style>> = { released: "green", unchanged: "green", "rolled-back": "red", failed: "red", mixed: "red", unknown: "red" };

/** Its sentence, how long it took, and everything that was seen of why it failed. */
function outcomeText(outcome: Outcome, { paint, progress }: Context): string {
  const isGood = outcome.kind === "released" || outcome.kind === "unchanged";
  return [
    paint("bold", paint(outcomeStyle[outcome.kind], folded(`${outcomeWords[outcome.kind]}: ${outcome.summary}`))),
    folded(tookText(outcome, progress)),
    ...(isGood ? [] : reasons(progress).map((reason) => indented(folded(`- ${reason}`, 4)))),
    ...(outcome.next === "" ? [] : [folded(outcome.next)]),
  ].join("\n");
}

function tookText({ endedAt, startedAt }: Outcome, { allTrafficMs, firstTrafficMs }: ReleaseProgress): string {
  const begin = Date.parse(startedAt);
  const since = (ms: number): string => formatDuration(ms - begin);
  const parts = [
    ...(firstTrafficMs === undefined || firstTrafficMs < begin ? [] : [`first traffic after ${since(firstTrafficMs)}`]),
    ...(allTrafficMs === undefined || allTrafficMs < begin ? [] : [`all after ${since(allTrafficMs)}`]),
    `over after ${since(Date.parse(endedAt))}`,
  ];
  return `${parts.join(", ")}.`.replace(/^./, (first) => first.toUpperCase());
}

export function reasons({ failedEvent, fired, stoppedTasks }: ReleaseProgress): string[] {
  const exits = stoppedTasks.flatMap(({ containers }) => containers.flatMap(({ exitCode, name }) => (exitCode === undefined || exitCode === 0 ? [] : [`${name} with exit code ${String(exitCode)}`])));
  return [
    ...fired.map(({ name, reason }) => `Alarm ${name} fired: ${reason}`),
    ...[...Map.groupBy(stoppedTasks, ({ reason }) => reason)].map(([reason, tasks]) => `${formatCount(tasks.length, "task")} stopped: ${reason}`),
    ...(exits.length === 0 ? [] : [`Ended: ${[...new Set(exits)].join(", ")}`]),
    ...(failedEvent === undefined ? [] : [`${failedEvent.event} failed${failedEvent.message === undefined ? "." : `: ${failedEvent.message}`}`]),
  ];
}

/** After a rollback: how long users had the version that they were to be rid of. */
export const backText = (commit: string | undefined, backAfterMs: number): string => `All traffic was back on ${commit === undefined || commit === "" ? "the version before" : commit.slice(0, 7)} ${formatDuration(backAfterMs)} after the command.`;

/** `2:20`, `1:02:20` */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(seconds % 60)}` : `${String(minutes)}:${two(seconds % 60)}`;
}

const folded = (text: string, inside = 0): string => wrap(text, width - margin - inside);
const indented = (text: string, by = 2): string => text.split("\n").map((line) => `${" ".repeat(by)}${line}`).join("\n");
