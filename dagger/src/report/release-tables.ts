import type { HistoryEntry, HistoryOutcome, Status } from "./release-schema.ts";
import { plain, wrap, type Paint, type Style } from "./text.ts";
import { visible } from "./visible.ts";
import { formatDuration, formatTime } from "./words.ts";

/** What `status` and `history` write; `--json` writes what they are made of. */
const width = 100;

const style: Readonly<Record<HistoryOutcome, Style>> = { released: "green", "rolled-back": "red", failed: "red", "rollback-failed": "red", running: "yellow" };

export function historyText(given: readonly HistoryEntry[], paint: Paint = plain): string {
  const entries = visible(given);
  if (entries.length === 0) return "Nothing was ever released.\n";
  const rows = entries.map(({ by = "", commit, deploymentId, durationMs, outcome, startedAt, what }) => [
    commit?.slice(0, 7) ?? "unknown",
    what,
    outcome,
    startedAt.slice(0, 16).replace("T", " "),
    durationMs === undefined ? "" : formatDuration(durationMs),
    deploymentId,
    by,
  ]);
  const colour = (row: number, column: number, text: string): string => {
    const outcome = entries[row - 1]?.outcome;
    return outcome === undefined ? paint("dim", text) : column === 2 ? paint(style[outcome], text) : text;
  };
  const lines = table([["commit", "what", "outcome", "started, UTC", "took", "deployment", "by"], ...rows], colour);
  return `${lines.flatMap((line, index) => [line, ...belowRow(entries[index - 1])]).join("\n")}\n`;
}

/** Codes and reasons are long and few: below the row, under the outcome, where they have room. */
function belowRow(entry: HistoryEntry | undefined): string[] {
  const reason = entry?.breakGlass === undefined ? [] : wrap(`break-glass: ${entry.breakGlass.replaceAll(/\s+/g, " ")}`, width - belowMargin).split("\n");
  return [...(entry?.errorCode === undefined ? [] : [entry.errorCode]), ...reason].map((line) => `${" ".repeat(belowMargin)}${line}`);
}

const belowMargin = 19;

export function statusText(given: Status, paint: Paint = plain): string {
  const status = visible(given);
  const versions = status.versions.map(({ commit, deploymentId, desired, percent, primary, running, since, taskDefinitionArn }) => [
    commit?.slice(0, 7) ?? "no commit",
    primary ? "primary" : "",
    percent === undefined ? "unknown" : `${String(percent)} %`,
    `${String(running)} of ${String(desired)}`,
    since === undefined ? "" : formatTime(since),
    taskDefinitionArn.split("/").at(-1) ?? "",
    deploymentId ?? "",
  ]);
  const { deployment } = status;
  return `${[
    paint("bold", `${status.service}, ${formatTime(status.at)}`),
    versions.length === 0 ? "Nothing runs." : table([["version", "", "traffic", "tasks", "since", "revision", "deployment"], ...versions], (row, _column, text) => (row === 0 ? paint("dim", text) : text)).join("\n"),
    ...(deployment === undefined
      ? ["No deployment runs."]
      : [paint("yellow", wrap(`Deployment ${deployment.deploymentId} (${deployment.what}${deployment.commit === undefined ? "" : ` of ${deployment.commit.slice(0, 7)}`}${deployment.by === undefined ? "" : ` by ${deployment.by}`}) is ${deployment.status}, since ${formatTime(deployment.startedAt)}.`, width))]),
    ...status.alarms.map(({ name, reason, state }) => (state === "OK" ? `alarm ${name}: OK` : wrap(`alarm ${name}: ${paint(state === "ALARM" ? "red" : "yellow", state)}. ${reason}`, width))),
    ...status.unread.map((what) => paint("yellow", wrap(`could not be read: ${what}`, width))),
  ].join("\n")}\n`;
}

/** Columns as wide as they need to be; the last one, which is the least needed, is cut. */
function table(rows: readonly (readonly string[])[], colour: (row: number, column: number, text: string) => string): string[] {
  const count = rows[0]?.length ?? 0;
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const room = width - widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  return rows
    .map((row, index) =>
      row
        .map((text, column) => (column === count - 1 ? cut(text, room) : text.padEnd(widths[column] ?? 0)))
        .map((text, column) => colour(index, column, text))
        .join("  ")
        .trimEnd(),
    );
}

const cut = (text: string, room: number): string => (text.length <= Math.max(8, room) ? text : `${text.slice(0, Math.max(8, room) - 1)}…`);
