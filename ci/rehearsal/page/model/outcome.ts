import type { Deployment, Group, Model } from "./model.ts";

export const isActive = ({ status }: Pick<Deployment, "status">): boolean => status === "Created" || status === "InProgress" || status === "Ready";

/** The newest of a group that is not there to take another back. */
export const currentDeployment = ({ deployments }: Model, group: Group | undefined): Deployment | undefined => deployments.findLast((deployment) => group !== undefined && deployment.application === group.application && deployment.group === group.name && deployment.rollbackOf === undefined);

export type OutcomeKind = "none" | "under-way" | "rolling-back" | "succeeded" | "rolled-back" | "stopped" | "failed";

/** How a deployment has ended, its rollback taken into account. */
export function outcomeOf(deployment: Deployment | undefined, rollback: Deployment | undefined): { readonly kind: OutcomeKind; readonly why: string } {
  if (deployment === undefined) return { kind: "none", why: "" };
  if (isActive(deployment)) return { kind: "under-way", why: "" };
  if (deployment.status === "Succeeded") return { kind: "succeeded", why: "" };
  const why = whyOf(deployment);
  if (rollback !== undefined) return { kind: isActive(rollback) ? "rolling-back" : rollback.status === "Succeeded" ? "rolled-back" : "failed", why };
  return { kind: deployment.status === "Stopped" ? "stopped" : "failed", why };
}

/** In few words: AWS's own are long, and stand below. */
function whyOf({ error }: Deployment): string {
  if (error === undefined) return "";
  const alarms = [...error.message.matchAll(/<([^<>]+)>/g)].map(([, name]) => name ?? "");
  if (error.code === "ALARM_ACTIVE" && alarms.length > 0) return `${alarms.length === 1 ? "alarm" : "alarms"} ${alarms.join(", ")} fired`;
  if (error.code === "MANUAL_STOP") return "somebody stopped it";
  return error.message.replace(/\.$/, "");
}
