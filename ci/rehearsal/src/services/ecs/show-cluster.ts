import type { Cluster } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { showTags } from "./create.ts";
import { ecsState, type ClusterRecord } from "./state.ts";

export function showCluster(parts: Parts, { arn, name, tags }: ClusterRecord): Cluster {
  const { services, tasks } = ecsState(parts);
  const own = tasks.filter(({ clusterArn }) => clusterArn === arn);
  return {
    clusterArn: arn,
    clusterName: name,
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: own.filter(({ status }) => status === "RUNNING").length,
    pendingTasksCount: own.filter(({ status }) => status === "PENDING").length,
    activeServicesCount: services.filter(({ clusterArn, status }) => clusterArn === arn && status === "ACTIVE").length,
    statistics: [],
    tags: showTags(tags),
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  };
}
