import { z } from "zod";
import type { AllowListNote, Finding } from "../report/schema.ts";

/** `.gitops/allow.json`: findings that somebody has answered for, until a day. */
export const allowEntrySchema = z.strictObject({
  id: z.string().min(1),
  reason: z.string().trim().min(10, "say in at least 10 characters why this may stay"),
  /** Last day on which it counts, UTC. */
  until: z.iso.date("must be a day such as 2027-01-31"),
});

export type AllowEntry = z.infer<typeof allowEntrySchema>;
export type AllowList = readonly AllowEntry[];

export const allowListPath = ".gitops/allow.json";

export class AllowListError extends Error {
  override readonly name = "AllowListError";
}

/** Parses the file's text; undefined is an absent file, which allows nothing. Throws AllowListError, which says in which `state` things are. */
export function parseAllowList(text: string | undefined, state = "nothing was started"): AllowList {
  if (text === undefined) return [];
  const refuse = (what: string): AllowListError => new AllowListError(`${allowListPath} ${what}; ${state}. Each entry is {"id": "…", "reason": "…", "until": "YYYY-MM-DD"}.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON (${(error as Error).message})`);
  }
  const parsed = z.array(allowEntrySchema).safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(`cannot be used: ${parsed.error.issues.map((issue) => describeIssue(issue, json)).join("; ")}`);
}

/** By the entry's number, and by its id where it has one: people look for that. */
function describeIssue(issue: z.core.$ZodIssue, json: unknown): string {
  const [index, key] = issue.path;
  if (typeof index !== "number") return `it must be a list (${issue.message})`;
  const entry: unknown = Array.isArray(json) ? json[index] : undefined;
  const { [String(key)]: value, id } = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
  const name = typeof id === "string" && id !== "" ? ` (${id})` : "";
  const is = key === undefined ? "" : ` ${String(key)} is ${value === undefined ? "missing" : JSON.stringify(value)},`;
  return `entry ${String(index + 1)}${name}:${is} ${issue.message}`;
}

/** Marks the findings that a valid entry covers. `today` is YYYY-MM-DD, UTC. */
export function applyAllowList(findings: readonly Finding[], list: AllowList, options: { today: string; byRule: boolean }): Finding[] {
  return findings.map((finding) => {
    const entry = list.find((candidate) => candidate.until >= options.today && covers(candidate.id, finding, options.byRule));
    return entry === undefined ? finding : { ...finding, allowed: { reason: entry.reason, until: entry.until } };
  });
}

/** A gate's findings, for the entries of a list. */
export interface AllowableFindings {
  readonly findings: readonly Finding[];
  readonly byRule: boolean;
}

/** Entries that do nothing (any more). "Matches nothing" is said only when every gate was looked at. */
export function allowListNotes(gates: readonly AllowableFindings[], list: AllowList, options: { today: string; complete: boolean }): AllowListNote[] {
  return list.flatMap(({ id, until }): AllowListNote[] => {
    const covered = findingsOf(id, gates);
    if (until < options.today) {
      // What another entry still allows does not count again.
      const countAgain = covered.filter((finding) => finding.allowed === undefined).map(({ where }) => where);
      return [{ id, until, problem: "expired", ...(countAgain.length === 0 ? {} : { countAgain }) }];
    }
    return covered.length > 0 || !options.complete ? [] : [{ id, until, problem: "matches nothing" }];
  });
}

/** What an entry with this id covers, whether it still counts or not. */
export const findingsOf = (id: string, gates: readonly AllowableFindings[]): Finding[] => gates.flatMap((gate) => gate.findings.filter((finding) => covers(id, finding, gate.byRule)));

const covers = (id: string, finding: Finding, byRule: boolean): boolean => finding.unfinished !== true && (id === finding.id || (byRule && id === finding.rule));
