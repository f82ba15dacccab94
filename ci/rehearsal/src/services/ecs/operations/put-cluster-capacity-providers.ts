import { PutClusterCapacityProviders$, type PutClusterCapacityProvidersCommandInput, type PutClusterCapacityProvidersCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onCluster } from "../access.ts";
import { clusterOf } from "../services.ts";
import { showCluster } from "../show-cluster.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** Those of Fargate, which are all that the rehearsal has; FARGATE_SPOT is as good as FARGATE, and never taken away. */
export const putClusterCapacityProviders = operation<PutClusterCapacityProvidersCommandInput, Omit<PutClusterCapacityProvidersCommandOutput, "$metadata">>({
  schema: PutClusterCapacityProviders$,
  access: ({ cluster, capacityProviders = [] }, parts) => [onCluster(parts, "PutClusterCapacityProviders", cluster, { "ecs:capacity-provider": capacityProviders })],
  run({ cluster, capacityProviders = [], defaultCapacityProviderStrategy = [] }, { parts }) {
    const found = clusterOf(parts, cluster);
    for (const name of capacityProviders) if (name !== "FARGATE" && name !== "FARGATE_SPOT") throw refuse("The specified capacity provider was not found. Specify a valid name or ARN and try again.");
    const strategy = defaultCapacityProviderStrategy.map(({ capacityProvider = "", weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));
    if (strategy.some(({ capacityProvider }) => !capacityProviders.includes(capacityProvider))) throw refuse("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.");
    Object.assign(found, { capacityProviders: [...capacityProviders], defaultStrategy: strategy });
    return { cluster: showCluster(parts, found) };
  },
});
