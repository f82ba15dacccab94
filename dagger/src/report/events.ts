import type { GateName, GateReport, Report } from "./schema.ts";

/**
 * What happens in a run, in order. The library emits these and writes no text;
 * only `report/` turns them into words. `at` is milliseconds since the start.
 */
export type PipelineEvent = { readonly at: number } & (
  | { readonly kind: "pipeline-started"; readonly commit: string; readonly dirty: boolean; readonly engine: string; readonly gates: readonly GateName[] }
  | { readonly kind: "gate-started"; readonly gate: GateName }
  | { readonly kind: "step-started"; readonly gate: GateName; readonly step: string }
  /** `shared`: another gate has the step too, and tells of it. */
  | { readonly kind: "step-finished"; readonly gate: GateName; readonly step: string; readonly outcome: "done" | "cached" | "failed" | "stopped" | "shared"; readonly durationMs: number }
  /** Something the engine says while it works: an image being fetched or built, for instance. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "gate-finished"; readonly report: GateReport }
  | { readonly kind: "pipeline-finished"; readonly report: Report }
);

export type EmitEvent = (event: DistributiveOmit<PipelineEvent, "at">) => void;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
