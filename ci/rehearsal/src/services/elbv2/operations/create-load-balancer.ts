import { CreateLoadBalancer$, type CreateLoadBalancerInput, type CreateLoadBalancerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { createLoadBalancer } from "../create.ts";
import { showLoadBalancer } from "../show.ts";

export const createLoadBalancerOperation = operation<CreateLoadBalancerInput, CreateLoadBalancerOutput>({
  schema: CreateLoadBalancer$,
  access: ({ Name }, { world }) => [{ action: "elasticloadbalancing:CreateLoadBalancer", resource: world.arn("elasticloadbalancing", `loadbalancer/app/${Name ?? ""}/*`) }],
  run: (input, { parts }) => ({ LoadBalancers: [showLoadBalancer(createLoadBalancer(parts, input))] }),
});
