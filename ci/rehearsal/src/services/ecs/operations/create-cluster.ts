import { CreateCluster$, type CreateClusterCommandInput, type CreateClusterCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { createCluster } from "../create.ts";
import { showCluster } from "../show-cluster.ts";

export const createClusterOperation = operation<CreateClusterCommandInput, Omit<CreateClusterCommandOutput, "$metadata">>({
  schema: CreateCluster$,
  access: () => [{ action: "ecs:CreateCluster", resource: "*" }],
  run: (input, { parts }) => ({ cluster: showCluster(parts, createCluster(parts, input)) }),
});
