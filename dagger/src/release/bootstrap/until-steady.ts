import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { ReleaseClock } from "../release-clock.ts";
import { ReleaseError } from "../release-error.ts";
import type { AwsNames } from "../release-settings.ts";

const servicesSchema = z.object({ services: z.array(z.object({ taskSets: z.array(z.object({ status: z.string(), stabilityStatus: z.string().optional(), runningCount: z.number(), computedDesiredCount: z.number() })).default([]) })).default([]) });
const tasksSchema = z.object({ tasks: z.array(z.object({ stoppedReason: z.string().optional(), stoppedAt: z.date().optional() })).default([]) });

/** How often is looked, and how long a task set may take to run at all: milliseconds of the target's time. */
const lookEveryMs = 2_000;
const longestMs = 10 * 60_000;

/** Waits until what runs now runs as it should: a release has to have something to go back to. Throws ReleaseError NOT_POSSIBLE_NOW with why its tasks end. */
export async function untilSteady(ecs: ECSClient, names: AwsNames, { clock, signal }: { readonly clock: ReleaseClock; readonly signal: AbortSignal }): Promise<void> {
  const deadline = clock.now() + longestMs;
  while (!(await isSteady(ecs, names))) {
    if (clock.now() > deadline) {
      throw new ReleaseError("NOT_POSSIBLE_NOW", `What service ${names.service} runs now does not get steady${reasonOf(await lastStop(ecs, names))}. Nothing was released.`, "Mend that first: without it, a release has nothing to go back to.");
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

async function isSteady(ecs: ECSClient, { cluster, service }: AwsNames): Promise<boolean> {
  const { services } = servicesSchema.parse(await ecs.send(new DescribeServicesCommand({ cluster, services: [service] })));
  const primary = services[0]?.taskSets.find(({ status }) => status === "PRIMARY");
  // A service that is not there, or has no task set, is for preflight to tell.
  return primary === undefined || (primary.stabilityStatus === "STEADY_STATE" && primary.runningCount >= primary.computedDesiredCount);
}

async function lastStop(ecs: ECSClient, { cluster, service }: AwsNames): Promise<string | undefined> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }));
  if (taskArns.length === 0) return undefined;
  const { tasks } = tasksSchema.parse(await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(0, 100) })));
  return tasks.toSorted((one, other) => (one.stoppedAt?.getTime() ?? 0) - (other.stoppedAt?.getTime() ?? 0)).at(-1)?.stoppedReason;
}

const reasonOf = (stopped: string | undefined): string => (stopped === undefined ? "" : `; its last task ended with: ${stopped}`);
