import { ListServices$, type ListServicesCommandInput, type ListServicesCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onAllOfCluster } from "../access.ts";
import { page } from "../page.ts";
import { clusterOf } from "../services.ts";
import { ecsState } from "../state.ts";

export const listServices = operation<ListServicesCommandInput, Omit<ListServicesCommandOutput, "$metadata">>({
  schema: ListServices$,
  access: ({ cluster }, parts) => [onAllOfCluster(parts, "ListServices", cluster)],
  run(input, { parts }) {
    const { arn: cluster } = clusterOf(parts, input.cluster);
    const { items, next } = page(ecsState(parts).services.filter(({ clusterArn, status }) => clusterArn === cluster && status !== "INACTIVE").map(({ arn }) => arn), { maxResults: 10, ...input });
    return { serviceArns: items, ...next };
  },
});
