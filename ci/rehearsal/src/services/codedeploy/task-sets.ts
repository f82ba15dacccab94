import type { Access } from "../service.ts";
import { authoriseRole, ecsRefused, type Run } from "./run.ts";

/** `ecs:…` on the task sets of the deployment's service. */
export function onTaskSets({ deployment, parts }: Run, action: string): Access {
  const { clusterArn = "", serviceArn = "" } = deployment;
  const [cluster = "*", service = "*"] = [clusterArn, serviceArn].map((arn) => arn.split("/").at(-1));
  return { action: `ecs:${action}`, resource: parts.world.arn("ecs", `task-set/${cluster}/${service}/*`), context: { "ecs:cluster": clusterArn, "ecs:service": serviceArn } };
}

/** Scales it to nothing and deletes it; nothing where it is gone already. */
export function removeTaskSet(run: Run, taskSetArn: string | undefined): void {
  const { cloud, deployment } = run;
  const isThere = cloud.taskSetsOf(deployment.serviceArn ?? "").some((taskSet) => taskSet.taskSetArn === taskSetArn && taskSet.status !== "DRAINING");
  if (taskSetArn === undefined || !isThere) return;
  authoriseRole(run, "AmazonECS", [onTaskSets(run, "DeleteTaskSet")]);
  callEcs(run, () => {
    cloud.setTaskSetScale(taskSetArn, 0);
    cloud.deleteTaskSet(taskSetArn);
  });
}

export function makePrimary(run: Run, taskSetArn: string | undefined): void {
  const { cloud, deployment } = run;
  const { serviceArn } = deployment;
  if (serviceArn === undefined || taskSetArn === undefined) return;
  if (cloud.taskSetsOf(serviceArn).some((taskSet) => taskSet.taskSetArn === taskSetArn && taskSet.status === "PRIMARY")) return;
  authoriseRole(run, "AmazonECS", [{ ...onTaskSets(run, "UpdateServicePrimaryTaskSet"), resource: serviceArn }]);
  callEcs(run, () => {
    cloud.setPrimaryTaskSet(serviceArn, taskSetArn);
  });
}

export function callEcs<Result>({ parts }: Run, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw ecsRefused(parts, error);
  }
}
