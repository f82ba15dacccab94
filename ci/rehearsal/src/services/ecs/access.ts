import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { clusterArnFor, clusterName, serviceArnFor } from "./services.ts";

/** `ecs:<action>` on a service, with the condition key of its cluster. */
export const onService = (parts: Parts, action: string, cluster: string | undefined, service: string | undefined): Access => ({ action: `ecs:${action}`, resource: serviceArnFor(parts, cluster, service), context: { "ecs:cluster": clusterArnFor(parts, cluster) } });

export function onTaskSet(parts: Parts, action: string, { cluster, service, taskSet = "*" }: { readonly cluster?: string | undefined; readonly service?: string | undefined; readonly taskSet?: string | undefined }): Access {
  const serviceName = service?.split("/").at(-1) ?? "*";
  const resource = taskSet.startsWith("arn:") ? taskSet : parts.world.arn("ecs", `task-set/${clusterName(cluster)}/${serviceName}/${taskSet}`);
  return { action: `ecs:${action}`, resource, context: { "ecs:cluster": clusterArnFor(parts, cluster), "ecs:service": serviceArnFor(parts, cluster, service) } };
}

export const onTask = (parts: Parts, action: string, cluster: string | undefined, task: string): Access => ({
  action: `ecs:${action}`,
  resource: task.startsWith("arn:") ? task : parts.world.arn("ecs", `task/${clusterName(cluster)}/${task}`),
  context: { "ecs:cluster": clusterArnFor(parts, cluster) },
});
