import type { Parts } from "./parts.ts";
import { resumeDeployments } from "./services/codedeploy/resume.ts";
import { evaluator } from "./services/cloudwatch/evaluator.ts";
import { ecsSlice } from "./services/ecs/state.ts";
import { elbv2Slice } from "./services/elbv2/state.ts";

/**
 * Takes up what goes on by itself in a world that was there before: its alarms,
 * listeners, tasks and deployments. What there is none of is not even loaded.
 */
export async function resume(parts: Parts): Promise<void> {
  parts.get(evaluator);
  if (parts.world.slice(elbv2Slice).listeners.length > 0) parts.get((await import("./load-balancer/balancer.ts")).balancer);
  if (parts.world.slice(ecsSlice).services.length > 0 || parts.world.slice(ecsSlice).tasks.length > 0) parts.get((await import("./services/ecs/scheduler.ts")).scheduler);
  await resumeDeployments(parts);
}
