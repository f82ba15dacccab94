import { CreateListener$, type CreateListenerInput, type CreateListenerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { createListener } from "../create.ts";
import { showListener } from "../show.ts";

export const createListenerOperation = operation<CreateListenerInput, CreateListenerOutput>({
  schema: CreateListener$,
  access: ({ LoadBalancerArn }) => [{ action: "elasticloadbalancing:CreateListener", resource: LoadBalancerArn ?? "*" }],
  run: (input, { parts }) => ({ Listeners: [showListener(createListener(parts, input))] }),
});
