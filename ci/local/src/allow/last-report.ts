import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AllowableFindings } from "../../../../dagger/src/gates/allow-list.ts";
import { gates } from "../../../../dagger/src/gates/index.ts";
import { reportSchema, type GateName } from "../../../../dagger/src/report/schema.ts";

/** What the last run found, for what an entry of the allow list would do to it. */
export interface LastReport {
  readonly gates: readonly (AllowableFindings & { readonly name: GateName })[];
  /** False when a gate did not look at everything: what matches nothing may match tomorrow. */
  readonly complete: boolean;
}

/** Undefined when there is none that can be read: the list is edited without. */
export async function readLastReport(folder: string): Promise<LastReport | undefined> {
  const text = await readFile(join(folder, "report.json"), "utf8").catch(() => "");
  const report = reportSchema.safeParse(parsed(text));
  if (!report.success) return undefined;
  return {
    gates: report.data.gates.map(({ name, findings }) => ({ name, findings, byRule: gates[name].allowByRule })),
    complete: report.data.gates.every(({ verdict, reason }) => (verdict === "passed" || verdict === "failed") && reason === undefined),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every id that an entry may have by this report. */
export const idsOf = (report: LastReport): string[] => [...new Set(report.gates.flatMap(({ findings, byRule }) => findings.flatMap(({ id, rule }) => (byRule ? [id, rule] : [id]))))];

const most = 5;

/** The ids most like one that is not among them, the most alike first. */
export function nearest(id: string, ids: readonly string[]): string[] {
  const wanted = parts(id);
  const likeness = (other: string): number => {
    const theirs = parts(other);
    const shared = [...wanted].filter((part) => theirs.has(part)).length;
    return shared / (wanted.size + theirs.size - shared);
  };
  return ids
    .map((other) => ({ other, likeness: likeness(other) }))
    .filter((candidate) => candidate.likeness > 0.2)
    .toSorted((one, two) => two.likeness - one.likeness)
    .slice(0, most)
    .map(({ other }) => other);
}

/** Pairs of letters: a slip of the finger changes few of them. */
const parts = (id: string): Set<string> => new Set(Array.from({ length: Math.max(1, id.length - 1) }, (_, index) => id.slice(index, index + 2).toLowerCase()));
