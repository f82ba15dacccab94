import { ListClusters$, type ListClustersCommandInput, type ListClustersCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { page } from "../page.ts";
import { ecsState } from "../state.ts";

export const listClusters = operation<ListClustersCommandInput, Omit<ListClustersCommandOutput, "$metadata">>({
  schema: ListClusters$,
  access: () => [{ action: "ecs:ListClusters", resource: "*" }],
  run(input, { parts }) {
    const { items, next } = page(ecsState(parts).clusters.map(({ arn }) => arn), input);
    return { clusterArns: items, ...next };
  },
});
