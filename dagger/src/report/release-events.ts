import type { Change, CheckResult, CheckStage, Outcome, PreflightFinding } from "./release-schema.ts";

/**
 * What happens in a release, in order. The library emits these and writes no
 * text; only `report/` turns them into words. `atMs` is by the target's clock.
 */
export type ReleaseEvent = { readonly atMs: number } & (
  /** `differs`: a fresh build of the commit is another image than the one that is adopted. */
  | { readonly kind: "image-in-registry"; readonly service: string; readonly reference: string; readonly digest: string; readonly how: "pushed" | "adopted"; readonly differs: boolean }
  | { readonly kind: "planned"; readonly what: "release" | "rollback"; readonly commit: string; readonly fromCommit: string | undefined; readonly changes: readonly Change[]; readonly notes: readonly string[] }
  | { readonly kind: "checked"; readonly findings: readonly PreflightFinding[] }
  | { readonly kind: "task-definition-registered"; readonly arn: string }
  /** `created` by this run, or one that ran already and is followed. */
  | { readonly kind: "deployment"; readonly deploymentId: string; readonly how: "created" | "followed" }
  | { readonly kind: "lifecycle"; readonly deploymentId: string; readonly event: string; readonly status: string; readonly durationMs: number | undefined; /** What a check that failed has said. */ readonly message?: string }
  | { readonly kind: "traffic"; readonly deploymentId: string; readonly candidatePercent: number }
  | { readonly kind: "alarm"; readonly name: string; readonly state: string; readonly reason: string }
  | { readonly kind: "task-stopped"; readonly task: string; readonly reason: string; readonly containers: readonly StoppedContainer[] }
  /** A call failed and is tried again. */
  | { readonly kind: "trouble"; readonly what: string; readonly tries: number }
  /** A check of the analysis was looked at once. */
  | { readonly kind: "sample"; readonly check: string; readonly stage: CheckStage; readonly result: CheckResult; readonly text: string; readonly dryRun: boolean }
  /** How a check of the analysis ended; `stops`: it ends the deployment. */
  | { readonly kind: "verdict"; readonly check: string; readonly stage: CheckStage; readonly result: CheckResult; readonly why: string; readonly dryRun: boolean; readonly stops: boolean }
  /** Another deployment of the service runs, and this one comes after it. */
  | { readonly kind: "waiting-for-another"; readonly deploymentId: string }
  | { readonly kind: "waiting-for-promote"; readonly deploymentId: string; readonly untilMs: number | undefined }
  /** Somebody ended a wait: before users see the version, or before the old one is taken away. */
  | { readonly kind: "promoted"; readonly deploymentId: string; readonly wait: "READY_WAIT" | "TERMINATION_WAIT" }
  /** Stopped by this run, with a rollback asked for. */
  | { readonly kind: "stopped"; readonly deploymentId: string }
  | { readonly kind: "rollback-started"; readonly deploymentId: string; readonly rollbackId: string; readonly why: string }
  | { readonly kind: "ended"; readonly outcome: Outcome }
);

export interface StoppedContainer {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  /** The end of what it wrote. */
  readonly lastLines: readonly string[];
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type EmitRelease = (event: DistributiveOmit<ReleaseEvent, "atMs">) => void;
