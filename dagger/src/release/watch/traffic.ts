import type { HaveListener, HaveTaskSet } from "../have.ts";

/** Where the production listener sends users' requests, in percent that sum to 100. */
export interface Traffic {
  /** To the version that the deployment brings. */
  readonly candidatePercent: number;
  /** To a version that was there before, or has come since. */
  readonly otherPercent: number;
  /** To a target group behind which no version is: these users get errors. */
  readonly nobodyPercent: number;
}

/** Whose the primary task set is. */
export type Primary = "candidate" | "other" | "none";

/**
 * Read from the listener and from ECS, not from what CodeDeploy says of the
 * deployment. Undefined where no production listener could be read.
 */
export function trafficOf(deploymentId: string, listeners: readonly HaveListener[], taskSets: readonly HaveTaskSet[]): Traffic | undefined {
  const forwards = listeners.filter(({ role }) => role === "production").flatMap((listener) => listener.forwards);
  const total = forwards.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const share = (whose: Whose): number => percent(forwards.filter(({ targetGroupArn }) => whoseIs(targetGroupArn, deploymentId, taskSets) === whose).reduce((sum, { weight }) => sum + weight, 0), total);
  return { candidatePercent: share("candidate"), otherPercent: share("other"), nobodyPercent: share("nobody") };
}

export function primaryOf(deploymentId: string, taskSets: readonly HaveTaskSet[]): Primary {
  const primary = taskSets.find(({ status }) => status === "PRIMARY");
  if (primary === undefined) return "none";
  return primary.deploymentId === deploymentId ? "candidate" : "other";
}

type Whose = "candidate" | "other" | "nobody";

/** A task set that is being taken away serves nobody: the next deployment may have its target group already. */
function whoseIs(targetGroupArn: string, deploymentId: string, taskSets: readonly HaveTaskSet[]): Whose {
  const behind = taskSets.filter((taskSet) => taskSet.targetGroupArn === targetGroupArn && taskSet.status !== "DRAINING");
  if (behind.length === 0) return "nobody";
  return behind.some((taskSet) => taskSet.deploymentId === deploymentId) ? "candidate" : "other";
}

/** To a tenth: weights of 1 and 999 are not the same as 0 and 1000. */
function percent(part: number, whole: number): number {
  const exact = (100 * part) / whole;
  if (part > 0 && exact < 0.1) return 0.1;
  if (part < whole && exact > 99.9) return 99.9;
  return Math.round(10 * exact) / 10;
}
