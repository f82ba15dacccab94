import { z } from "zod";
import type { AllowListNote, Finding } from "../report/schema.ts";

/** `.gitops/allow.json`: findings that somebody has answered for, until a day. */
const entrySchema = z.strictObject({
  id: z.string().min(1),
  reason: z.string().trim().min(10, "say in at least 10 characters why this may stay"),
  /** Last day on which it counts, UTC. */
  until: z.iso.date("must be a day such as 2027-01-31"),
});

export type AllowList = readonly z.infer<typeof entrySchema>[];

export const allowListPath = ".gitops/allow.json";

export class AllowListError extends Error {
  override readonly name = "AllowListError";
}

/** Parses the file's text; undefined is an absent file, which allows nothing. Throws AllowListError. */
export function parseAllowList(text: string | undefined): AllowList {
  if (text === undefined) return [];
  const refuse = (what: string): AllowListError =>
    new AllowListError(`${allowListPath} ${what}; nothing was started. Each entry is {"id": "…", "reason": "…", "until": "YYYY-MM-DD"}.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON (${(error as Error).message})`);
  }
  const parsed = z.array(entrySchema).safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(`cannot be used: ${parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "top level"}: ${issue.message}`).join("; ")}`);
}

/** Marks the findings that a valid entry covers. `today` is YYYY-MM-DD, UTC. */
export function applyAllowList(findings: readonly Finding[], list: AllowList, options: { today: string; byRule: boolean }): Finding[] {
  return findings.map((finding) => {
    const entry = list.find((candidate) => candidate.until >= options.today && covers(candidate.id, finding, options.byRule));
    return entry === undefined ? finding : { ...finding, allowed: { reason: entry.reason, until: entry.until } };
  });
}

/** Entries that do nothing (any more). "Matches nothing" is said only when every gate was looked at. */
export function allowListNotes(
  gates: readonly { findings: readonly Finding[]; byRule: boolean }[],
  list: AllowList,
  options: { today: string; complete: boolean },
): AllowListNote[] {
  return list.flatMap(({ id, until }): AllowListNote[] => {
    if (until < options.today) return [{ id, until, problem: "expired" }];
    const matched = gates.some((gate) => gate.findings.some((finding) => covers(id, finding, gate.byRule)));
    return matched || !options.complete ? [] : [{ id, until, problem: "matches nothing" }];
  });
}

const covers = (id: string, finding: Finding, byRule: boolean): boolean => id === finding.id || (byRule && id === finding.rule);
