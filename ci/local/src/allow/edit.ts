import { findingsOf, type AllowEntry, type AllowList } from "../../../../dagger/src/gates/allow-list.ts";
import { CliError } from "../cli-error.ts";
import { idsOf, nearest, type LastReport } from "./last-report.ts";

/** Pure: what becomes of the list, and what is said of it. */

export interface Edit {
  /** Absent when the file stays as it is. */
  readonly list?: AllowList;
  readonly said: readonly string[];
}

/** Adds an entry, or renews those with its id. Throws CliError UNKNOWN_ID. */
export function allow(list: AllowList, entry: AllowEntry, options: { report: LastReport | undefined; force: boolean }): Edit {
  const { report, force } = options;
  const isKnown = report !== undefined && idsOf(report).includes(entry.id);
  const before = list.filter(({ id }) => id === entry.id);
  // An entry that is there was known once: what it covered may be mended, or not looked at in the last run.
  if (report !== undefined && !isKnown && !force && before.length === 0) throw unknownId(entry.id, report);
  const [first] = before;
  return {
    list: [...list.filter(({ id }) => id !== entry.id), entry],
    said: [
      first === undefined ? `${entry.id} is allowed until ${entry.until}.` : `${entry.id} is renewed until ${entry.until}; it was allowed until ${first.until}, because: ${first.reason}`,
      effectOf(entry.id, report),
    ],
  };
}

function effectOf(id: string, report: LastReport | undefined): string {
  if (report === undefined) return "There is no report of a run here to say what that covers.";
  const findings = findingsOf(id, report.gates);
  return findings.length === 0 ? "The last report has no finding that it covers." : `It covers ${countOf(findings.length)} of the last report: ${places(findings.map(({ where }) => where))}.`;
}

function unknownId(id: string, report: LastReport): CliError {
  const gate = report.gates.find(({ findings, byRule }) => !byRule && findings.some(({ rule }) => rule === id));
  if (gate !== undefined) {
    const ids = gate.findings.filter(({ rule }) => rule === id).map((finding) => finding.id);
    return new CliError("UNKNOWN_ID", `${id} is a rule, and ${gate.name} takes single findings only. Nothing was changed.`, `Name one: ${places(ids)}.`);
  }
  const near = nearest(id, idsOf(report));
  const meant = near.length === 0 ? "" : `Did you mean one of these?\n${near.map((other) => `  ${other}\n`).join("")}`;
  return new CliError("UNKNOWN_ID", `The last report has no finding and no rule ${id}. Nothing was changed.`, `${meant}To allow it all the same: --force.`);
}

/** Throws CliError UNKNOWN_ID. */
export function remove(list: AllowList, id: string): Edit {
  if (!list.some((entry) => entry.id === id)) {
    const near = nearest(id, list.map((entry) => entry.id));
    throw new CliError("UNKNOWN_ID", `The allow list has no entry ${id}. Nothing was changed.`, near.length === 0 ? "See: npm run allow -- --list" : `Did you mean ${near.join(" or ")}?`);
  }
  return { list: list.filter((entry) => entry.id !== id), said: [`${id} is allowed no more: what it covered counts again.`] };
}

/** One line for each entry and one for its reason; `today` is YYYY-MM-DD, UTC. */
export function describe(list: AllowList, options: { report: LastReport | undefined; today: string }): Edit {
  if (list.length === 0) return { said: ["Nothing is allowed."] };
  const { report, today } = options;
  return {
    said: [
      ...list.toSorted((one, other) => (one.until < other.until ? -1 : 1)).map((entry) => `${entry.id}\n  ${stateOf(entry, report, today)}\n  ${entry.reason}`),
      ...(report === undefined ? ["There is no report of a run here to say what they cover."] : []),
    ],
  };
}

function stateOf({ id, until }: AllowEntry, report: LastReport | undefined, today: string): string {
  const days = Math.round((Date.parse(until) - Date.parse(today)) / 86_400_000);
  const end = days < 0 ? `ended on ${until}` : days === 0 ? `ends today, ${until}` : `ends in ${String(days)} ${days === 1 ? "day" : "days"}, ${until}`;
  if (report === undefined) return end;
  const findings = findingsOf(id, report.gates);
  if (findings.length === 0) return `${end}; matches nothing in the last report${report.complete ? "" : ", in which not every gate could look"}`;
  const where = places(findings.map((finding) => finding.where));
  return days < 0 ? `${end}: ${countOf(findings.length)} of the last report ${findings.length === 1 ? "counts" : "count"} again: ${where}` : `${end}; covers ${countOf(findings.length)} of the last report: ${where}`;
}

const countOf = (count: number): string => `${String(count)} ${count === 1 ? "finding" : "findings"}`;

const shown = 3;
const places = (texts: readonly string[]): string => `${texts.slice(0, shown).join(", ")}${texts.length > shown ? ` and ${String(texts.length - shown)} more` : ""}`;
