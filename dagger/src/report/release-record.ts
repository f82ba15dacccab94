import type { ReleaseEvent } from "./release-events.ts";
import type { AnalysedCheck, OutcomeKind, ReleaseReport } from "./release-schema.ts";
import type { ExitCode, Report } from "./schema.ts";

/** What the events of a release add up to, for the report. */
export function releaseReportOf(events: readonly ReleaseEvent[], given: { readonly what: ReleaseReport["what"]; readonly page?: string; readonly load?: ReleaseReport["load"]; readonly refused?: ReleaseReport["refused"] }): ReleaseReport {
  const planned = events.findLast((event) => event.kind === "planned");
  const outcome = events.findLast((event) => event.kind === "ended")?.outcome;
  const analysis = analysisOf(events);
  const findings = events.findLast((event) => event.kind === "checked")?.findings ?? [];
  return {
    what: given.what,
    ...(given.page === undefined ? {} : { page: given.page }),
    ...(planned?.fromCommit === undefined ? {} : { fromCommit: planned.fromCommit }),
    images: events.flatMap((event) => (event.kind === "image-in-registry" ? [{ service: event.service, reference: event.reference, digest: event.digest, how: event.how, differs: event.differs }] : [])),
    changes: [...(planned?.changes ?? [])],
    notes: [...(planned?.notes ?? [])],
    findings: [...findings],
    ...(analysis.length === 0 ? {} : { analysis }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(given.load === undefined ? {} : { load: given.load }),
    ...(given.refused === undefined ? {} : { refused: given.refused }),
  };
}

/** Each check with its samples, in the order in which they were first heard of. */
function analysisOf(events: readonly ReleaseEvent[]): AnalysedCheck[] {
  const told = events.filter((event) => event.kind === "sample" || event.kind === "verdict");
  return [...Map.groupBy(told, ({ check, stage }) => `${stage} ${check}`).values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const verdict = of.find((event) => event.kind === "verdict");
    const samples = of.flatMap((event) => (event.kind === "sample" ? [{ at: new Date(event.atMs).toISOString(), result: event.result, text: event.text }] : []));
    return [{ check: first.check, stage: first.stage, ...(verdict === undefined ? {} : { result: verdict.result }), dryRun: first.dryRun, stops: verdict?.stops ?? false, why: verdict?.why ?? "the deployment ended before it was decided", samples }];
  });
}

/** By where users' requests go at the end, and by nothing else. */
export const outcomeExitCodes = { released: 0, unchanged: 0, "rolled-back": 1, failed: 1, mixed: 3, unknown: 3 } as const satisfies Record<OutcomeKind, ExitCode>;

/** The report of the gates, and how the release behind them ended. `refusedWith` is the exit code where there is no outcome. */
export function withRelease(report: Report, release: ReleaseReport, refusedWith: ExitCode): Report {
  const { outcome, refused } = release;
  const said = outcome === undefined ? `Not released: ${refused?.message ?? "it did not come to an end."}` : [outcome.summary, outcome.next].filter((text) => text !== "").join(" ");
  return {
    ...report,
    images: report.images.map((image) => {
      const digest = release.images.find(({ service }) => service === image.service)?.digest;
      return digest === undefined ? image : { ...image, digest };
    }),
    exitCode: outcome === undefined ? refusedWith : outcomeExitCodes[outcome.kind],
    summary: `${report.summary} ${said}`,
    release,
  };
}
