import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import type { HaveListener, HaveTaskSet } from "../../have.ts";

const taskSetSchema = z
  .object({
    taskSetArn: z.string(),
    id: z.string(),
    status: z.enum(["PRIMARY", "ACTIVE", "DRAINING"]),
    stabilityStatus: z.string().optional(),
    taskDefinition: z.string(),
    externalId: z.string().optional(),
    loadBalancers: z.array(z.object({ targetGroupArn: z.string().optional() })).default([]),
    computedDesiredCount: z.number().default(0),
    pendingCount: z.number().default(0),
    runningCount: z.number().default(0),
  })
  .transform(
    (taskSet): HaveTaskSet => ({
      arn: taskSet.taskSetArn,
      id: taskSet.id,
      status: taskSet.status,
      steady: taskSet.stabilityStatus === "STEADY_STATE",
      taskDefinitionArn: taskSet.taskDefinition,
      deploymentId: taskSet.externalId === "" ? undefined : taskSet.externalId,
      targetGroupArn: taskSet.loadBalancers[0]?.targetGroupArn,
      desired: taskSet.computedDesiredCount,
      pending: taskSet.pendingCount,
      running: taskSet.runningCount,
    }),
  );

export async function readTaskSets(client: ECSClient, names: { readonly cluster: string; readonly service: string }, abortSignal: AbortSignal): Promise<HaveTaskSet[]> {
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster: names.cluster, services: [names.service] }), { abortSignal });
  return z.array(taskSetSchema).parse(services[0]?.taskSets ?? []);
}

const listenerSchema = z
  .object({
    ListenerArn: z.string(),
    LoadBalancerArn: z.string().default(""),
    Port: z.number().default(0),
    Protocol: z.string().default(""),
    DefaultActions: z.array(z.object({ TargetGroupArn: z.string().optional(), ForwardConfig: z.object({ TargetGroups: z.array(z.object({ TargetGroupArn: z.string(), Weight: z.number().default(1) })).optional() }).optional() })).default([]),
  })
  .transform((listener): HaveListener => ({
    arn: listener.ListenerArn,
    role: "production",
    loadBalancerArn: listener.LoadBalancerArn,
    port: listener.Port,
    protocol: listener.Protocol,
    forwards: listener.DefaultActions.flatMap(({ ForwardConfig, TargetGroupArn }) => {
      const groups = ForwardConfig?.TargetGroups ?? [];
      if (groups.length > 0) return groups.map((group) => ({ targetGroupArn: group.TargetGroupArn, weight: group.Weight }));
      return TargetGroupArn === undefined ? [] : [{ targetGroupArn: TargetGroupArn, weight: 1 }];
    }),
  }));

/** The production listeners of a deployment, with their weights. */
export async function readSeenListeners(client: ElasticLoadBalancingV2Client, arns: readonly string[], abortSignal: AbortSignal): Promise<HaveListener[]> {
  if (arns.length === 0) return [];
  const { DescribeListenersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const { Listeners } = await client.send(new DescribeListenersCommand({ ListenerArns: [...arns] }), { abortSignal });
  return z.array(listenerSchema).parse(Listeners ?? []);
}
