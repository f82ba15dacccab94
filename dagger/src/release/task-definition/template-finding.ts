import type { PreflightFinding } from "../../report/release-schema.ts";
import { ReleaseError } from "../release-error.ts";

/** One thing that is wrong with the template, or that its reader should know. It never holds a variable's value. */
export interface TemplateFinding {
  /** Short and stable, such as `fargate-size`. */
  readonly check: string;
  /** `no` stops a release. */
  readonly level: "warning" | "no";
  /** `services/task-definition.json:41`. */
  readonly where: string;
  /** `backend.DATABASE_HOST`, by which `release.accept` of gitops.json names it; absent where nothing can be accepted. */
  readonly subject?: string;
  /** One sentence. */
  readonly what: string;
  /** What to do, in one sentence. */
  readonly next: string;
}

/** The template cannot be used; `findings` has every reason. */
export class TemplateError extends ReleaseError {
  readonly findings: readonly TemplateFinding[];

  constructor(path: string, findings: readonly TemplateFinding[]) {
    super(
      "BAD_TEMPLATE",
      [`${path} cannot be used; nothing was changed.`, ...findings.map(({ where, what, next }) => `  ${where}: ${what} ${next}`)].join("\n"),
      `Mend ${findings.length === 1 ? "this" : "these"} and run again.`,
    );
    this.message = `${this.happened}\n${this.next}`;
    this.findings = findings;
  }
}

/** Throws TemplateError when one of them stops a release; returns the warnings. */
export function refuseFindings(path: string, findings: readonly TemplateFinding[]): readonly TemplateFinding[] {
  const stops = findings.filter(({ level }) => level === "no");
  if (stops.length > 0) throw new TemplateError(path, stops);
  return findings;
}

/** As preflight shows it. */
export const asPreflight = ({ check, level, where, what, next }: TemplateFinding): PreflightFinding => ({ check, level, what: `${where}: ${what}`, next });
