import { CreateCluster$, type CreateClusterCommandInput, type CreateClusterCommandOutput } from "@aws-sdk/client-ecs";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { operation } from "../../service.ts";
import { onCluster, tagging } from "../access.ts";
import { createCluster, tagsOf } from "../create.ts";
import { clusterArnFor } from "../services.ts";
import { showCluster } from "../show-cluster.ts";

export const createClusterOperation = operation<CreateClusterCommandInput, Omit<CreateClusterCommandOutput, "$metadata">>({
  schema: CreateCluster$,
  access: ({ clusterName, tags }, parts) => [onCluster(parts, "CreateCluster", clusterName, requestTagKeys(tagsOf(tags))), ...tagging("CreateCluster", clusterArnFor(parts, clusterName), tags)],
  run: (input, { parts }) => ({ cluster: showCluster(parts, createCluster(parts, input)) }),
});
