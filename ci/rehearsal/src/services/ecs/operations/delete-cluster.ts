import { DeleteCluster$, type DeleteClusterCommandInput, type DeleteClusterCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onCluster } from "../access.ts";
import { clusterOf } from "../services.ts";
import { showCluster } from "../show-cluster.ts";
import { ecsState } from "../state.ts";

/** It is INACTIVE then, and one of the same name that is created is it again. */
export const deleteCluster = operation<DeleteClusterCommandInput, Omit<DeleteClusterCommandOutput, "$metadata">>({
  schema: DeleteCluster$,
  access: ({ cluster }, parts) => [onCluster(parts, "DeleteCluster", cluster)],
  run({ cluster }, { parts }) {
    const found = clusterOf(parts, cluster);
    const { services, tasks } = ecsState(parts);
    if (services.some(({ clusterArn, status }) => clusterArn === found.arn && status !== "INACTIVE")) throw new AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.");
    if (tasks.some(({ clusterArn, status }) => clusterArn === found.arn && status !== "STOPPED")) throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
    found.status = "INACTIVE";
    parts.timeline.add("ecs", "cluster-deleted", { cluster: found.arn });
    return { cluster: showCluster(parts, found) };
  },
});
