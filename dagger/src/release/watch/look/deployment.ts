import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { z } from "zod";
import type { SeenDeployment, SeenEvent } from "../sight.ts";

const time = z.date().transform((date) => date.getTime()).optional();
const listeners = z.object({ listenerArns: z.array(z.string()).optional() }).optional();

/** GetDeployment's answer, as far as it is looked at. */
const deploymentSchema = z
  .object({
    deploymentId: z.string(),
    status: z.enum(["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"]),
    creator: z.string().default("user"),
    createTime: z.date(),
    completeTime: time,
    errorInformation: z.object({ code: z.string().default("INTERNAL_ERROR"), message: z.string().default("") }).optional(),
    rollbackInfo: z.object({ rollbackDeploymentId: z.string().optional(), rollbackTriggeringDeploymentId: z.string().optional() }).optional(),
    autoRollbackConfiguration: z.object({ enabled: z.boolean().optional(), events: z.array(z.string()).optional() }).optional(),
    blueGreenDeploymentConfiguration: z
      .object({ deploymentReadyOption: z.object({ waitTimeInMinutes: z.number().optional() }).optional(), terminateBlueInstancesOnDeploymentSuccess: z.object({ terminationWaitTimeInMinutes: z.number().optional() }).optional() })
      .optional(),
    instanceTerminationWaitTimeStarted: z.boolean().optional(),
    loadBalancerInfo: z.object({ targetGroupPairInfoList: z.array(z.object({ prodTrafficRoute: listeners })).optional() }).optional(),
  })
  .transform(
    (info): SeenDeployment => ({
      id: info.deploymentId,
      status: info.status,
      creator: info.creator,
      createdAtMs: info.createTime.getTime(),
      endedAtMs: info.completeTime,
      error: info.errorInformation,
      rolledBackBy: info.rollbackInfo?.rollbackDeploymentId,
      rollsBack: info.rollbackInfo?.rollbackTriggeringDeploymentId,
      autoRollback: info.autoRollbackConfiguration?.enabled === true ? (info.autoRollbackConfiguration.events ?? []) : [],
      readyWaitMinutes: info.blueGreenDeploymentConfiguration?.deploymentReadyOption?.waitTimeInMinutes ?? 0,
      terminationWaitMinutes: info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess?.terminationWaitTimeInMinutes ?? 0,
      inTerminationWait: info.instanceTerminationWaitTimeStarted ?? false,
      productionListenerArns: info.loadBalancerInfo?.targetGroupPairInfoList?.flatMap(({ prodTrafficRoute }) => prodTrafficRoute?.listenerArns ?? []) ?? [],
    }),
  );

export async function readDeployment(client: CodeDeployClient, deploymentId: string, abortSignal: AbortSignal): Promise<SeenDeployment> {
  const { GetDeploymentCommand } = await import("@aws-sdk/client-codedeploy");
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }), { abortSignal });
  return deploymentSchema.parse(deploymentInfo);
}

const eventSchema = z
  .object({ lifecycleEventName: z.string(), status: z.string(), startTime: time, endTime: time, diagnostics: z.object({ message: z.string().optional() }).optional() })
  .transform((event): SeenEvent => ({ name: event.lifecycleEventName, status: event.status, startedAtMs: event.startTime, endedAtMs: event.endTime, message: event.diagnostics?.message }));

const targetSchema = z.object({
  lifecycleEvents: z.array(eventSchema).default([]),
  taskSetsInfo: z.array(z.object({ identifer: z.string().optional(), taskSetLabel: z.string().optional() })).default([]),
});

export interface SeenTarget {
  readonly events: readonly SeenEvent[];
  /** Id of the task set that it brings, such as `ecs-svc/123`; also when that is gone again. */
  readonly candidateId: string | undefined;
}

/** Lifecycle events are told here and nowhere else. Nothing before it has started. */
export async function readTarget(client: CodeDeployClient, deploymentId: string, targetId: string, abortSignal: AbortSignal): Promise<SeenTarget> {
  const { GetDeploymentTargetCommand } = await import("@aws-sdk/client-codedeploy");
  try {
    const { deploymentTarget } = await client.send(new GetDeploymentTargetCommand({ deploymentId, targetId }), { abortSignal });
    const { lifecycleEvents, taskSetsInfo } = targetSchema.parse(deploymentTarget?.ecsTarget ?? {});
    return { events: lifecycleEvents, candidateId: taskSetsInfo.find(({ taskSetLabel }) => taskSetLabel === "Green")?.identifer };
  } catch (error) {
    if ((error as Error).name !== "DeploymentNotStartedException") throw error;
    return { events: [], candidateId: undefined };
  }
}
