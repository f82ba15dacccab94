import { DeleteLoadBalancer$, type DeleteLoadBalancerInput, type DeleteLoadBalancerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { deleteLoadBalancer } from "../delete.ts";

export const deleteLoadBalancerOperation = operation<DeleteLoadBalancerInput, DeleteLoadBalancerOutput>({
  schema: DeleteLoadBalancer$,
  access: ({ LoadBalancerArn }, parts) => [onElb(parts, "DeleteLoadBalancer", LoadBalancerArn)],
  run({ LoadBalancerArn = "" }, { parts }) {
    deleteLoadBalancer(parts, LoadBalancerArn);
    return {};
  },
});
