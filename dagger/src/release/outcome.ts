import { outcomeExitCodes } from "../report/release-record.ts";
import type { Outcome } from "../report/release-schema.ts";
import { explainErrorCode } from "./error-codes.ts";
import type { DeploymentStatus } from "./have.ts";
import type { Primary, Traffic } from "./watch/traffic.ts";

/** What is known when nothing more is to happen. */
export interface FinalFacts {
  readonly deploymentId: string;
  /** Undefined: it could not be read. */
  readonly status: DeploymentStatus | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The deployment that rolled it back; `status` is undefined where that could not be read. */
  readonly rollback: { readonly id: string; readonly status: DeploymentStatus | undefined } | undefined;
  /** Undefined: it could not be read. */
  readonly traffic: Traffic | undefined;
  readonly primary: Primary | undefined;
  /** A check of this run's that is against the version, and whether CodeDeploy took the stop; absent: none is. */
  readonly objection?: { readonly why: string; readonly isStopped: boolean };
  readonly startedMs: number;
  readonly endedMs: number;
  /** A rollback brings a version that ran before; a release when absent. */
  readonly what?: "release" | "rollback";
}

/** What a script is told of it. */
export const exitCodeOf = outcomeExitCodes;

type Decided = Pick<Outcome, "kind" | "summary" | "next">;

/**
 * How a deployment ended, decided by where users' requests go. What CodeDeploy
 * calls it can make the outcome worse, never better.
 */
export function decideOutcome(facts: FinalFacts): Outcome {
  const { deploymentId, error, rollback, status, traffic } = facts;
  const decided = decide(facts);
  return {
    ...decided,
    summary: `${decided.summary}${error === undefined || status === "Succeeded" || isStoppedByUs(facts) ? "" : ` CodeDeploy says: ${error.message}`}${isStoppedByUs(facts) ? ` This run stopped it: ${facts.objection?.why ?? ""}.` : ""}`,
    deploymentId,
    ...(status === undefined ? {} : { deploymentStatus: status }),
    ...(rollback === undefined ? {} : { rollbackId: rollback.id }),
    ...(error === undefined ? {} : { errorCode: error.code }),
    ...(traffic === undefined ? {} : { candidatePercent: traffic.candidatePercent }),
    startedAt: new Date(facts.startedMs).toISOString(),
    endedAt: new Date(facts.endedMs).toISOString(),
  };
}

const look = "Find out with `status` (or in the console, on the load balancer's production listener), and send all traffic to one version with `rollback`.";
const notOver = "Follow it with `status --follow`.";

function decide(facts: FinalFacts): Decided {
  const { deploymentId: id, rollback, status, traffic } = facts;
  if (status === undefined) return { kind: "unknown", summary: `How deployment ${id} ended could not be read, so where users' requests go is not known.`, next: look };
  if (!isOver(status)) return { kind: "unknown", summary: `Deployment ${id} is not over: CodeDeploy calls it ${status}, and traffic may still move.`, next: notOver };
  if (rollback !== undefined && status !== "Succeeded") return rolledBack(facts, rollback);
  if (traffic === undefined) return { kind: "unknown", summary: `Deployment ${id} ended as ${status}${reason(facts)}, and where users' requests go could not be read.`, next: look };
  if (isMixed(traffic)) return { kind: "mixed", summary: `Deployment ${id} ended as ${status}${reason(facts)}, with users' requests going ${shares(traffic)}.`, next: look };
  return status === "Succeeded" ? succeeded(facts, traffic) : failed(facts, traffic);
}

function succeeded({ deploymentId: id, objection, primary, what }: FinalFacts, { candidatePercent }: Traffic): Decided {
  if (candidatePercent === 0) {
    return { kind: "failed", summary: `CodeDeploy calls deployment ${id} Succeeded, but all traffic is on another version: it was replaced or undone since.`, next: "See in `history` what was released after it." };
  }
  if (primary !== undefined && primary !== "candidate") {
    return { kind: "mixed", summary: `Deployment ${id} has all traffic, but ECS has another task set as the primary one, and the next deployment would be refused.`, next: look };
  }
  if (objection !== undefined) return { kind: "mixed", summary: `Deployment ${id} has all traffic, but ${objection.why}. It could not be stopped any more: users are on the new version.`, next: "Go back with `rollback`." };
  return { kind: "released", summary: `Deployment ${id} has all traffic: ${what === "rollback" ? "the earlier version is back" : "the new version is released"}.`, next: "" };
}

function failed(facts: FinalFacts, { candidatePercent }: Traffic): Decided {
  const { deploymentId: id, status = "Failed" } = facts;
  if (candidatePercent > 0) return { kind: "mixed", summary: `Deployment ${id} ended as ${status}${reason(facts)} and was not rolled back: all traffic is on the version that failed.`, next: look };
  return { kind: "failed", summary: `Deployment ${id} ended as ${status}${reason(facts)}; all traffic is on the version that ran before.`, next: nextOf(facts) };
}

function rolledBack(facts: FinalFacts, rollback: NonNullable<FinalFacts["rollback"]>): Decided {
  const { deploymentId: id, status = "Failed", traffic } = facts;
  const begin = `Deployment ${id} ended as ${status}${reason(facts)}`;
  if (rollback.status === undefined) return { kind: "unknown", summary: `${begin}; how its rollback ${rollback.id} ended could not be read${inTraffic(traffic)}.`, next: look };
  if (!isOver(rollback.status)) return { kind: "unknown", summary: `${begin}; its rollback ${rollback.id} is not over${inTraffic(traffic)}.`, next: notOver };
  if (rollback.status !== "Succeeded") return { kind: traffic === undefined || !hasCandidate(traffic) ? "unknown" : "mixed", summary: `${begin}, and its rollback ${rollback.id} ended as ${rollback.status}${inTraffic(traffic)}.`, next: look };
  if (traffic === undefined) return { kind: "unknown", summary: `${begin}; CodeDeploy calls its rollback ${rollback.id} Succeeded, but where users' requests go could not be read.`, next: look };
  if (traffic.otherPercent < 100) return { kind: "mixed", summary: `${begin}; CodeDeploy calls its rollback ${rollback.id} Succeeded, but users' requests go ${shares(traffic)}.`, next: look };
  return { kind: "rolled-back", summary: `${begin} and was rolled back by ${rollback.id}; all traffic is on the version that ran before.`, next: nextOf(facts) };
}

export const isOver = (status: DeploymentStatus): boolean => status === "Succeeded" || status === "Failed" || status === "Stopped";

const isMixed = ({ candidatePercent, otherPercent }: Traffic): boolean => candidatePercent < 100 && otherPercent < 100;
const hasCandidate = ({ otherPercent }: Traffic): boolean => otherPercent < 100;

/** CodeDeploy calls that a stop by somebody. */
const isStoppedByUs = ({ error, objection }: FinalFacts): boolean => objection?.isStopped === true && (error === undefined || error.code === "MANUAL_STOP");

const nextOf = (facts: FinalFacts): string => (isStoppedByUs(facts) ? "Mend the version, or the check in gitops.json, and release again." : explainErrorCode(facts.error?.code).next);

function reason(facts: FinalFacts): string {
  const { error, status } = facts;
  if (status === "Succeeded" || isStoppedByUs(facts)) return "";
  const { why } = explainErrorCode(error?.code);
  return `, because ${why}${error === undefined ? "" : ` (${error.code})`}`;
}

const inTraffic = (traffic: Traffic | undefined): string => (traffic === undefined ? ", and where users' requests go could not be read" : `; users' requests went ${shares(traffic)} when last looked at`);

function shares({ candidatePercent, nobodyPercent, otherPercent }: Traffic): string {
  const parts = [
    ...(candidatePercent > 0 ? [`${String(candidatePercent)} % to the new version`] : []),
    ...(otherPercent > 0 ? [`${String(otherPercent)} % to the version before`] : []),
    ...(nobodyPercent > 0 ? [`${String(nobodyPercent)} % to no version at all`] : []),
  ];
  return parts.join(" and ");
}
