import type { ECSClient } from "@aws-sdk/client-ecs";
import { z } from "zod";

/** A task that has ended, before anybody has read its logs. */
export const taskSchema = z
  .object({
    taskArn: z.string(),
    taskDefinitionArn: z.string(),
    startedBy: z.string().default(""),
    lastStatus: z.string().default(""),
    stopCode: z.string().optional(),
    stoppedReason: z.string().default("ECS gave no reason"),
    stoppedAt: z.date().optional(),
    containers: z.array(z.object({ name: z.string(), exitCode: z.number().optional(), reason: z.string().optional(), healthStatus: z.string().optional() })).default([]),
  })
  .readonly();
export type EndedTask = z.infer<typeof taskSchema>;

/** DescribeTasks takes no more. */
const mostTasks = 100;

/** The tasks of a task set that have ended and were not wanted to, oldest first. ECS keeps them for about an hour. */
export async function readEndedTasks(client: ECSClient, names: { readonly cluster: string; readonly service: string }, taskSetId: string, abortSignal: AbortSignal): Promise<EndedTask[]> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster: names.cluster, serviceName: names.service, desiredStatus: "STOPPED", maxResults: mostTasks }), { abortSignal });
  if (taskArns.length === 0) return [];
  const { tasks } = await client.send(new DescribeTasksCommand({ cluster: names.cluster, tasks: taskArns }), { abortSignal });
  return z
    .array(taskSchema)
    .parse(tasks ?? [])
    .filter((task) => task.startedBy === taskSetId && task.lastStatus === "STOPPED" && !isWanted(task))
    .toSorted((one, other) => (one.stoppedAt?.getTime() ?? 0) - (other.stoppedAt?.getTime() ?? 0));
}

/** A task set that is made smaller, or taken away, ends tasks that did nothing wrong. */
const isWanted = ({ stopCode, stoppedReason }: EndedTask): boolean => stopCode === "ServiceSchedulerInitiated" && /^Scaling activity/i.test(stoppedReason);

/** Whose fault it looks like: those that failed by themselves; all where none did. */
export function suspects(task: EndedTask): EndedTask["containers"] {
  const failed = task.containers.filter(({ exitCode, healthStatus, reason }) => (exitCode !== undefined && exitCode !== 0) || healthStatus === "UNHEALTHY" || reason !== undefined);
  // A container that was killed because another had died says 137 or 143.
  const own = failed.filter(({ exitCode, reason }) => reason !== undefined || (exitCode !== 137 && exitCode !== 143));
  if (own.length > 0) return own;
  return failed.length > 0 ? failed : task.containers;
}
