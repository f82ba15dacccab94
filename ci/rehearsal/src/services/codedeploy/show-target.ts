import type { DeploymentTarget, LifecycleEvent, TargetStatus } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { taskSetsOf } from "./shown-task-sets.ts";
import type { DeploymentRecord, EventRecord } from "./state.ts";

/** `<cluster>:<service>` */
export const targetIdOf = ({ settings }: DeploymentRecord): string => `${settings.clusterName.split("/").at(-1) ?? ""}:${settings.serviceName.split("/").at(-1) ?? ""}`;

/** The one target of a deployment to ECS: its service. Throws AwsError for another id. */
export function showTarget(parts: Parts, deployment: DeploymentRecord, targetId: string | undefined): DeploymentTarget {
  if (targetId === undefined || targetId === "") throw new AwsError("DeploymentTargetIdRequiredException", "A deployment target ID was not provided.");
  if (deployment.status === "Created") throw new AwsError("DeploymentNotStartedException", `The deployment ${deployment.id} has not started.`);
  if (targetId !== targetIdOf(deployment)) throw new AwsError("DeploymentTargetDoesNotExistException", `The provided target ID does not belong to the attempted deployment: ${targetId}`);
  const [cluster, service] = targetId.split(":");
  return {
    deploymentTargetType: "ECSTarget",
    ecsTarget: {
      deploymentId: deployment.id,
      targetId,
      targetArn: deployment.serviceArn ?? parts.world.arn("ecs", `service/${cluster ?? ""}/${service ?? ""}`),
      lastUpdatedAt: new Date(deployment.updatedMs),
      lifecycleEvents: deployment.events.map(showEvent),
      status: statusOf(deployment),
      taskSetsInfo: taskSetsOf(parts, deployment).map(({ id, label, targetGroup, ...shown }) => ({ ...shown, identifer: id, targetGroup: { name: targetGroup }, taskSetLabel: label })),
    },
  };
}

const showEvent = ({ name, status, startMs, endMs, diagnostics }: EventRecord): LifecycleEvent => ({
  lifecycleEventName: name,
  status,
  ...(startMs === undefined ? {} : { startTime: new Date(startMs) }),
  ...(endMs === undefined ? {} : { endTime: new Date(endMs) }),
  ...(diagnostics === undefined ? {} : { diagnostics: { errorCode: "UnknownError", message: diagnostics, scriptName: "", logTail: "" } }),
});

export function statusOf({ status }: DeploymentRecord): TargetStatus {
  if (status === "Created") return "Pending";
  return status === "Stopped" ? "Failed" : status;
}
