import { z } from "zod";

/** What is reported of a release: `out/release.json`, and the events on the way there. */

/** One line of the difference between what runs and what is wanted. */
export const changeSchema = z.strictObject({
  /** Where, such as `containers.backend.image`. */
  path: z.string(),
  /** Absent: it is new. */
  from: z.string().optional(),
  /** Absent: it goes away. */
  to: z.string().optional(),
});

/** What preflight found in one respect. */
export const preflightFindingSchema = z.strictObject({
  /** Short and stable, such as `alarm-watches-one-group`. */
  check: z.string(),
  level: z.enum(["ok", "warning", "no"]),
  /** One sentence. */
  what: z.string(),
  /** What to do; empty when ok. */
  next: z.string(),
});

/** `inconclusive`: nothing could be learned, which is neither good nor bad. */
export const checkResults = ["pass", "fail", "inconclusive"] as const;
export const checkStages = ["probe", "shift", "smoke"] as const;

/** One check of a release's analysis, with everything that was seen for it. */
export const analysedCheckSchema = z.strictObject({
  check: z.string(),
  /** Before any user saw the version; while traffic went over; when all of it was there. */
  stage: z.enum(checkStages),
  /** Absent: the deployment ended before it was decided. */
  result: z.enum(checkResults).optional(),
  /** Shown, and without consequence. */
  dryRun: z.boolean(),
  /** It ended the deployment. */
  stops: z.boolean(),
  /** One sentence, with the samples that decided and the threshold. */
  why: z.string(),
  samples: z.array(z.strictObject({ at: z.iso.datetime(), result: z.enum(checkResults), text: z.string() })),
});

export const outcomeKinds = [
  /** All traffic is on the new version. */
  "released",
  /** What is wanted runs already, and has all traffic. */
  "unchanged",
  /** All traffic is back on the version that ran before. */
  "rolled-back",
  /** It failed, and all traffic is on the version that ran before: it never left, or nothing had to be undone. */
  "failed",
  /** Traffic goes to both versions, or to the new one of a deployment that failed. */
  "mixed",
  /** Where the traffic goes could not be read. */
  "unknown",
] as const;

/**
 * How a deployment ended, said by where users' requests go at the end and by
 * nothing else: what CodeDeploy calls it is in `deploymentStatus`.
 */
export const outcomeSchema = z.strictObject({
  kind: z.enum(outcomeKinds),
  deploymentId: z.string().optional(),
  deploymentStatus: z.string().optional(),
  /** The deployment that rolled it back. */
  rollbackId: z.string().optional(),
  /** CodeDeploy's code, such as ALARM_ACTIVE. */
  errorCode: z.string().optional(),
  /** What happened, and why; after that CodeDeploy's own words. */
  summary: z.string(),
  /** What to do now; empty when nothing is left to do. */
  next: z.string(),
  /** Share of production traffic on the new version at the end, percent; absent when it could not be read. */
  candidatePercent: z.number().min(0).max(100).optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
});

/** An image of this release, in the registry. */
export const releasedImageSchema = z.strictObject({ service: z.string(), reference: z.string(), digest: z.string(), how: z.enum(["pushed", "adopted"]), differs: z.boolean() });

/** A run's release, in `out/report.json`. */
export const releaseReportSchema = z.strictObject({
  /** All that a run was asked for after its gates. */
  what: z.enum(["release", "rollback"]),
  /** The rehearsal's page, where it went to one. */
  page: z.url().optional(),
  /** Of what had the traffic before; absent when that bore none. */
  fromCommit: z.string().optional(),
  images: z.array(releasedImageSchema),
  changes: z.array(changeSchema),
  notes: z.array(z.string()),
  findings: z.array(preflightFindingSchema),
  /** Absent: nothing was looked at besides alarms. */
  analysis: z.array(analysedCheckSchema).optional(),
  outcome: outcomeSchema.optional(),
  /** What users would have seen meanwhile; of a rehearsal under load only. */
  load: z.strictObject({ requests: z.number(), failures: z.number(), p50Ms: z.number(), p99Ms: z.number(), longestGapMs: z.number() }).optional(),
  /** Why there is no outcome. */
  refused: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});

export const historyOutcomes = ["released", "rolled-back", "failed", "rollback-failed", "running"] as const;

/** One deployment in the history; `history --json` is a list of these, newest first. */
export const historyEntrySchema = z.strictObject({
  deploymentId: z.string(),
  what: z.enum(["release", "rollback"]),
  outcome: z.enum(historyOutcomes),
  /** Absent: its revision bears none, or is gone. */
  commit: z.string().optional(),
  by: z.string().optional(),
  /** Why it was released against the rules. */
  breakGlass: z.string().optional(),
  taskDefinitionArn: z.string().optional(),
  errorCode: z.string().optional(),
  /** The deployment that rolled it back. */
  rollbackId: z.string().optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  durationMs: z.number().optional(),
});

/** What runs now; `status --json`. */
export const statusSchema = z.strictObject({
  at: z.iso.datetime(),
  service: z.string(),
  /** Each version that runs, the one that ECS calls primary first. */
  versions: z.array(
    z.strictObject({
      primary: z.boolean(),
      commit: z.string().optional(),
      taskDefinitionArn: z.string(),
      /** The deployment that brought it; absent: it was there before the first. */
      deploymentId: z.string().optional(),
      since: z.iso.datetime().optional(),
      /** Share of production traffic; absent when it could not be read. */
      percent: z.number().optional(),
      running: z.number(),
      desired: z.number(),
    }),
  ),
  /** The deployment that is under way. */
  deployment: z.strictObject({ deploymentId: z.string(), what: z.enum(["release", "rollback"]), status: z.string(), commit: z.string().optional(), by: z.string().optional(), startedAt: z.iso.datetime() }).optional(),
  alarms: z.array(z.strictObject({ name: z.string(), state: z.string(), reason: z.string() })),
  /** What could not be read. */
  unread: z.array(z.string()),
});

export type ReleaseReport = z.infer<typeof releaseReportSchema>;
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type HistoryOutcome = (typeof historyOutcomes)[number];
export type Status = z.infer<typeof statusSchema>;
export type Change = z.infer<typeof changeSchema>;
export type PreflightFinding = z.infer<typeof preflightFindingSchema>;
export type CheckResult = (typeof checkResults)[number];
export type CheckStage = (typeof checkStages)[number];
export type AnalysedCheck = z.infer<typeof analysedCheckSchema>;
export type OutcomeKind = (typeof outcomeKinds)[number];
export type Outcome = z.infer<typeof outcomeSchema>;
