import type { Config } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import { StepError } from "../engine/step-error.ts";
import type { BuiltImage } from "../engine/engine.ts";
import type { Control, Fact, Finding, GateName, Severity, Suppression } from "../report/schema.ts";
import type { RepositoryState } from "../repository.ts";

/** A check that can stop a release. One file each; `secrets.ts` is the example to copy. */
export interface Gate {
  readonly name: GateName;
  readonly tool: string;
  /** Findings of this severity and graver ones fail the gate. */
  readonly blocksAt: Severity;
  /** True where an allow-list entry may name a rule instead of one finding. */
  readonly allowByRule: boolean;
  /** Why there is nothing to look at in this repository, if so. */
  nothingToDo(config: Config): string | undefined;
  /**
   * Runs the tool and parses what it left. Throws StepError when a step has no
   * result and UnreadableReportError when its report cannot be trusted.
   */
  look(context: GateContext): Promise<Evidence>;
}

export interface GateContext {
  readonly config: Config;
  readonly repository: RepositoryState;
  readonly engine: Engine;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** When the run began, milliseconds since the epoch. */
  readonly now: number;
  /** The SonarQube server or SonarCloud that was given; absent where the pipeline brings its own. */
  readonly sonar?: SonarAccess;
}

export interface SonarAccess {
  /** Absent: gitops.json has to say. */
  readonly host?: string;
  readonly token: string;
}

/** What a gate saw. The verdict is made from it in `policy.ts`, nowhere else. */
export interface Evidence {
  readonly toolVersion: string;
  /** Zero is never a pass. */
  readonly lookedAt: { readonly count: number; readonly unit: string };
  readonly findings: readonly Finding[];
  readonly suppressions: readonly Suppression[];
  /** Parts that could not be looked at, a sentence each. Any of them makes the gate unavailable. */
  readonly gaps: readonly string[];
  readonly cached: boolean;
  /** A step left something that could not be used: to take the same from the cache again would be no use. */
  readonly unreadable?: boolean;
  readonly standIns: readonly string[];
  /** The tools' own reports and logs, by file name. */
  readonly raw: ReadonlyMap<string, string>;
  readonly facts?: readonly Fact[];
  /** Results that others use: path below the report's folder -> text. */
  readonly files?: ReadonlyMap<string, string>;
  readonly images?: readonly BuiltImage[];
  /** What AWS itself is told to do, as the infrastructure says. */
  readonly controls?: readonly Control[];
}

/** A report that is missing, malformed, partial, or about something else. */
export class UnreadableReportError extends Error {
  override readonly name = "UnreadableReportError";
  readonly raw: string;

  constructor(message: string, raw = "") {
    super(message);
    this.raw = raw;
  }
}

/**
 * Runs the parts of a gate (one per service, say) side by side and joins what
 * they saw: one part's failure is a gap and hides no other part's findings.
 */
export async function joinParts(parts: Readonly<Record<string, () => Promise<Evidence>>>): Promise<Evidence> {
  const names = Object.keys(parts);
  const settled = await Promise.allSettled(Object.values(parts).map(async (part) => part()));
  const seen = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const gaps: string[] = [];
  const raw = new Map(seen.flatMap((evidence) => [...evidence.raw]));
  for (const [index, result] of settled.entries()) {
    if (result.status === "fulfilled") {
      // A finding may be just that there was nothing to look at.
      if (result.value.lookedAt.count === 0 && result.value.findings.length === 0) gaps.push(`${names[index] ?? ""}: The tool looked at nothing.`);
      continue;
    }
    const gap = explainGap(result.reason);
    gaps.push(`${names[index] ?? ""}: ${gap.reason}`);
    raw.set(`${names[index] ?? "part"}.log`, gap.log);
  }
  return {
    toolVersion: [...new Set(seen.map((evidence) => evidence.toolVersion))].join(", ") || "unknown",
    lookedAt: { count: sum(seen.map((evidence) => evidence.lookedAt.count)), unit: seen[0]?.lookedAt.unit ?? "parts" },
    findings: seen.flatMap((evidence) => evidence.findings),
    suppressions: seen.flatMap((evidence) => evidence.suppressions),
    gaps: [...gaps, ...seen.flatMap((evidence) => evidence.gaps)],
    unreadable: seen.some((evidence) => evidence.unreadable === true) || settled.some((result) => result.status === "rejected" && result.reason instanceof UnreadableReportError),
    cached: gaps.length === 0 && seen.every((evidence) => evidence.cached),
    standIns: [...new Set(seen.flatMap((evidence) => evidence.standIns))],
    raw,
    facts: seen.flatMap((evidence) => evidence.facts ?? []),
    files: new Map(seen.flatMap((evidence) => [...(evidence.files ?? [])])),
    images: seen.flatMap((evidence) => evidence.images ?? []),
    controls: seen.flatMap((evidence) => evidence.controls ?? []),
  };
}

/** Evidence of a gate that saw nothing, because of `error`. Rethrows what is a defect of ours. */
export function evidenceOfFailure(error: unknown): Evidence {
  const gap = explainGap(error);
  return {
    toolVersion: "unknown",
    lookedAt: { count: 0, unit: "parts" },
    findings: [],
    suppressions: [],
    gaps: [gap.reason],
    unreadable: error instanceof UnreadableReportError,
    cached: false,
    standIns: [],
    raw: gap.log === "" ? new Map() : new Map([["error.log", gap.log]]),
  };
}

function explainGap(error: unknown): { reason: string; log: string } {
  if (error instanceof StepError) {
    if (error.code === "CANCELLED") throw error;
    return { reason: error.message, log: error.log };
  }
  if (error instanceof UnreadableReportError) return { reason: error.message, log: error.raw };
  throw error;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
