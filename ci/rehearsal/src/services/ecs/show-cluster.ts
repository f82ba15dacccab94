import type { Cluster } from "@aws-sdk/client-ecs";
import type { Parts } from "../../parts.ts";
import { showTags } from "./create.ts";
import { ecsState, type ClusterRecord } from "./state.ts";

export function showCluster(parts: Parts, { arn, name, status = "ACTIVE", capacityProviders = [], defaultStrategy = [], tags }: ClusterRecord): Cluster {
  const { services, tasks } = ecsState(parts);
  const own = tasks.filter(({ clusterArn }) => clusterArn === arn);
  return {
    clusterArn: arn,
    clusterName: name,
    status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: own.filter((task) => task.status === "RUNNING").length,
    pendingTasksCount: own.filter((task) => task.status === "PENDING").length,
    activeServicesCount: services.filter((service) => service.clusterArn === arn && service.status === "ACTIVE").length,
    statistics: [],
    tags: showTags(tags),
    settings: [],
    capacityProviders,
    defaultCapacityProviderStrategy: defaultStrategy,
  };
}
