import type { Finding, Report } from "../report/schema.ts";

/** What an earlier commit had already: shown, and not held against the later one. */

/** Marks the findings that the baseline's gate has too. A gate that saw not everything then is no baseline. */
export function applyBaseline(findings: readonly Finding[], baseline: Report | undefined): readonly Finding[] {
  const [first] = findings;
  const gate = baseline?.gates.find((candidate) => candidate.name === first?.gate);
  if (gate === undefined || gate.reason !== undefined || (gate.verdict !== "passed" && gate.verdict !== "failed")) return findings;
  // One by one: a second finding of a kind that was there once is new. Exact matches go first, so that the others keep what is left.
  const left = [...gate.findings];
  const known = new Set<Finding>();
  for (const isSame of [sameIn(["id", "where", "title"]), sameIn(["id", "title"]), sameIn(["id"])]) {
    for (const finding of findings) {
      if (known.has(finding) || finding.unfinished === true) continue;
      const index = left.findIndex((candidate) => isSame(candidate, finding) && isNoWorse(candidate, finding));
      if (index < 0) continue;
      left.splice(index, 1);
      known.add(finding);
    }
  }
  return findings.map((finding) => (known.has(finding) ? { ...finding, known: true } : finding));
}

/** A limit that was missed before, and is missed by more now, is a new matter. */
function isNoWorse({ measured: before }: Finding, { measured: now }: Finding): boolean {
  if (now === undefined) return true;
  if (before === undefined || before.worse !== now.worse) return false;
  return now.worse === "lower" ? now.value >= before.value : now.value <= before.value;
}

const sameIn =
  (keys: readonly ("id" | "where" | "title")[]) =>
  (one: Finding, other: Finding): boolean =>
    one.service === other.service && one.severity === other.severity && keys.every((key) => one[key] === other[key]);
