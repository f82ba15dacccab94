import { CreateLoadBalancer$, type CreateLoadBalancerInput, type CreateLoadBalancerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb, tagging, tagKeysOf } from "../access.ts";
import { createLoadBalancer } from "../create.ts";
import { showLoadBalancer } from "../show.ts";

export const createLoadBalancerOperation = operation<CreateLoadBalancerInput, CreateLoadBalancerOutput>({
  schema: CreateLoadBalancer$,
  access({ Name = "", Scheme = "internet-facing", SecurityGroups = [], Subnets = [], Tags }, parts) {
    const resource = parts.world.arn("elasticloadbalancing", `loadbalancer/app/${Name}/*`);
    const settings = { "elasticloadbalancing:Scheme": Scheme, "elasticloadbalancing:Subnet": Subnets, "elasticloadbalancing:SecurityGroup": SecurityGroups };
    return [onElb(parts, "CreateLoadBalancer", resource, { ...tagKeysOf(Tags), ...settings }), ...tagging("CreateLoadBalancer", resource, Tags)];
  },
  run: (input, { parts }) => ({ LoadBalancers: [showLoadBalancer(createLoadBalancer(parts, input))] }),
});
