import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { scheduler } from "./scheduler.ts";
import { ecsState, type ServiceRecord } from "./state.ts";
import { drainTaskSet, taskSetsOf } from "./task-sets.ts";

/** It drains: its task sets end, and then it is INACTIVE. One that drains already goes on. */
export function deleteService(parts: Parts, service: ServiceRecord, force: boolean): void {
  if (service.status === "DRAINING") return;
  if (service.desiredCount > 0 && !force) throw new AwsError("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.");
  Object.assign(service, { status: "DRAINING", desiredCount: 0 } satisfies Partial<ServiceRecord>);
  parts.timeline.add("ecs", "service-draining", { service: service.arn });
  for (const taskSet of taskSetsOf(parts, service.arn)) drainTaskSet(parts, taskSet);
  parts.get(scheduler).wake();
}

/** Once nothing of it runs any more. Whoever describes it still sees it. */
export function endService(parts: Parts, service: ServiceRecord): void {
  const { taskSets, tasks } = ecsState(parts);
  if (taskSets.some(({ serviceArn }) => serviceArn === service.arn) || tasks.some(({ serviceArn, status }) => serviceArn === service.arn && status !== "STOPPED")) return;
  service.status = "INACTIVE";
  parts.timeline.add("ecs", "service-deleted", { service: service.arn });
  parts.world.changed();
}
