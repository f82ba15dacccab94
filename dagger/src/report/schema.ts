import { z } from "zod";
import { releaseReportSchema } from "./release-schema.ts";

/**
 * `out/report.json`. Everything that reads or writes a report uses these types.
 * `schemaVersion` goes up when a field changes its meaning or goes away.
 */

/** In the order in which people read them; `startOrder` of the pipeline is another. */
export const gateNames = ["secrets", "static-analysis", "unit-tests", "dependencies", "code-quality", "infrastructure", "images", "image-scan", "sbom", "dockerfiles", "licences"] as const;
export const gateName = z.enum(gateNames);

/** From the gravest to the least grave. */
export const severities = ["critical", "high", "medium", "low", "info"] as const;

export const findingSchema = z.strictObject({
  gate: gateName,
  /** What `.gitops/allow.json` names to allow just this finding. */
  id: z.string(),
  rule: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  /** `file:line`, or `package@version`. */
  where: z.string(),
  service: z.string().optional(),
  fixedIn: z.string().optional(),
  link: z.url({ protocol: /^https?$/ }).optional(),
  /** How a package gets in, from a direct dependency to the package itself. */
  via: z.array(z.string()).optional(),
  /** What made the image's layer that it is in, as the image's history tells it. */
  layer: z.string().optional(),
  /** Something did not come to its end here, and nobody knows what it would have found: neither the allow list nor the baseline covers that. */
  unfinished: z.literal(true).optional(),
  /** Of a limit that was missed: by how much, and which way is worse. */
  measured: z.strictObject({ value: z.number(), worse: z.enum(["lower", "higher"]) }).optional(),
  /** Present when the allow list covers it: it is shown and does not count. */
  allowed: z.strictObject({ reason: z.string(), until: z.string() }).optional(),
  /** Present when the baseline has it too: it is shown and does not count. */
  known: z.literal(true).optional(),
});

/** A comment or file in the tree that silences a tool: shown, so that nothing is silenced unseen. */
export const suppressionSchema = z.strictObject({ marker: z.string(), where: z.string() });

export const gateReportSchema = z.strictObject({
  name: gateName,
  verdict: z.enum(["passed", "failed", "unavailable", "skipped"]),
  mode: z.enum(["block", "report", "off"]),
  /** Findings of this severity and graver ones count. */
  blocksAt: z.enum(severities),
  /** Milliseconds from the run's start to the gate's; absent when it was skipped. */
  startedAtMs: z.number().nonnegative().optional(),
  durationMs: z.number().nonnegative(),
  /** True when every step's result came from the cache. */
  cached: z.boolean(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  /** Always there when unavailable or skipped. */
  reason: z.string().optional(),
  /** How much the tool looked at; nothing looked at is never a pass. */
  lookedAt: z.strictObject({ count: z.number().int().nonnegative(), unit: z.string() }).optional(),
  /** What else is worth knowing of it: coverage, the age of a database. */
  facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  findings: z.array(findingSchema),
  suppressions: z.array(suppressionSchema),
  standIns: z.array(z.string()),
  /** What the tools left, as paths below the report's folder. */
  files: z.array(z.string()),
});

/** One container run or build of a gate, for the timeline. */
export const stepReportSchema = z.strictObject({
  gate: gateName,
  name: z.string(),
  /** Milliseconds from the run's start. */
  startedAtMs: z.number().nonnegative(),
  durationMs: z.number().nonnegative(),
  outcome: z.enum(["done", "cached", "failed", "stopped"]),
});

/** One line of the security posture: what protects a release, and whether it does so now. */
export const controlSchema = z.strictObject({
  control: z.string(),
  tool: z.string(),
  mode: z.enum(["block", "report", "off", "aws"]),
  /** `active`: works and would stop a release; `lab`: works and stops none; `unavailable`: nobody knows. */
  state: z.enum(["active", "lab", "unavailable"]),
  /** Always there when unavailable. */
  note: z.string().optional(),
});

export const imageReportSchema = z.strictObject({
  service: z.string(),
  reference: z.string(),
  /** Config digest: the same in every engine, before and after the push. */
  imageId: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** Manifest digest in the registry; absent until pushed. */
  digest: z.string().optional(),
  /** Uncompressed, bytes. */
  sizeBytes: z.number().int().positive(),
  /** Stand-in images it was built from: never releasable. */
  standIns: z.array(z.string()),
});

export const allowListNoteSchema = z.strictObject({
  id: z.string(),
  problem: z.enum(["expired", "matches nothing"]),
  until: z.string(),
  /** Where the findings are that an expired entry covered, and that count again; absent when there are none. */
  countAgain: z.array(z.string()).optional(),
});

export const reportSchema = z.strictObject({
  $schema: z.string(),
  schemaVersion: z.literal(1),
  project: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  dirty: z.boolean(),
  branch: z.string().optional(),
  target: z.enum(["rehearsal", "aws"]),
  /** Present when the modes are those that a team starts with. */
  preset: z.literal("lab").optional(),
  /** Present with --new-only: the commit whose findings are known. */
  baseline: z.strictObject({ commit: z.string().regex(/^[0-9a-f]{40}$/), findings: z.number().int().nonnegative() }).optional(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  engine: z.string(),
  /** The worst of the gates in block mode. */
  verdict: z.enum(["passed", "failed", "unavailable"]),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  /** One sentence: what the verdict means and what to do. */
  summary: z.string(),
  gates: z.array(gateReportSchema),
  images: z.array(imageReportSchema),
  allowList: z.array(allowListNoteSchema),
  steps: z.array(stepReportSchema),
  posture: z.array(controlSchema),
  /** Absent when the run was to release nothing, or its gates stopped it. */
  release: releaseReportSchema.optional(),
});

export type GateName = z.infer<typeof gateName>;
export type Severity = (typeof severities)[number];
export type Finding = z.infer<typeof findingSchema>;
export type Suppression = z.infer<typeof suppressionSchema>;
export type GateReport = z.infer<typeof gateReportSchema>;
export type GateVerdict = GateReport["verdict"];
export type GateMode = GateReport["mode"];
export type ImageReport = z.infer<typeof imageReportSchema>;
export type StepReport = z.infer<typeof stepReportSchema>;
export type Control = z.infer<typeof controlSchema>;
export type Fact = GateReport["facts"][number];
export type AllowListNote = z.infer<typeof allowListNoteSchema>;
export type Report = z.infer<typeof reportSchema>;
export type Target = Report["target"];
export type ExitCode = Report["exitCode"];
