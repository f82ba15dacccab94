import type { Parts } from "../../parts.ts";
import { listenersOf, type TargetGroupRecord, type TargetRecord } from "./state.ts";

type HealthState = Pick<TargetRecord, "state"> & { reason: string | undefined; description: string | undefined };

/** Of a target that nobody has checked yet. */
export function initialState(parts: Parts, group: TargetGroupRecord): HealthState {
  if (listenersOf(parts, group.arn).length === 0) return { state: "unused", reason: "Target.NotInUse", description: "Target group is not configured to receive traffic from the load balancer" };
  return { state: "initial", reason: "Elb.RegistrationInProgress", description: "Target registration is in progress" };
}

export type CheckResult = { readonly isHealthy: true } | { readonly isHealthy: false; readonly reason: string; readonly description: string };

/**
 * What a target's state is after a check. `initial` ends with the first success,
 * or once so many checks failed as the group says, over the time that AWS would
 * have taken for them (ours come more often). Otherwise the group's thresholds decide.
 */
export function afterCheck(target: TargetRecord, group: TargetGroupRecord, result: CheckResult, nowMs: number): HealthState & Pick<TargetRecord, "successes" | "failures"> {
  const { healthyThreshold, unhealthyThreshold, intervalSeconds } = group.healthCheck;
  const successes = result.isHealthy ? target.successes + 1 : 0;
  const failures = result.isHealthy ? 0 : target.failures + 1;
  const counts = { successes, failures };
  const healthy = { state: "healthy", reason: undefined, description: undefined, ...counts } as const;
  if (result.isHealthy) return target.state === "initial" || target.state === "healthy" || successes >= healthyThreshold ? healthy : { ...same(target), ...counts };
  const unhealthy = { state: "unhealthy", reason: result.reason, description: result.description, ...counts } as const;
  if (target.state === "unhealthy") return unhealthy;
  if (target.state === "initial") {
    const isOver = failures >= unhealthyThreshold && nowMs - target.registeredMs >= unhealthyThreshold * intervalSeconds * 1000;
    return isOver ? unhealthy : { state: "initial", reason: "Elb.InitialHealthChecking", description: "Initial health checks in progress", ...counts };
  }
  return failures >= unhealthyThreshold ? unhealthy : { ...same(target), ...counts };
}

const same = ({ state, reason, description }: TargetRecord): HealthState => ({ state, reason, description });
