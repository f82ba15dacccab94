import { DescribeClusters$, type DescribeClustersCommandInput, type DescribeClustersCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onCluster } from "../access.ts";
import { clusterArnFor, findCluster } from "../services.ts";
import { showCluster } from "../show-cluster.ts";

export const describeClusters = operation<DescribeClustersCommandInput, Omit<DescribeClustersCommandOutput, "$metadata">>({
  schema: DescribeClusters$,
  access: ({ clusters = ["default"] }, parts) => clusters.map((cluster) => onCluster(parts, "DescribeClusters", cluster)),
  run({ clusters = ["default"] }, { parts }) {
    const found = clusters.map((asked) => ({ asked, cluster: findCluster(parts, asked) }));
    return {
      clusters: found.flatMap(({ cluster }) => (cluster === undefined ? [] : [showCluster(parts, cluster)])),
      failures: found.flatMap(({ asked, cluster }) => (cluster === undefined ? [{ arn: clusterArnFor(parts, asked), reason: "MISSING" }] : [])),
    };
  },
});
