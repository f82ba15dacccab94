import { CreateListener$, type CreateListenerInput, type CreateListenerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { below, onElb, tagging, tagKeysOf } from "../access.ts";
import { createListener } from "../create.ts";
import { showListener } from "../show.ts";

export const createListenerOperation = operation<CreateListenerInput, CreateListenerOutput>({
  schema: CreateListener$,
  access: ({ LoadBalancerArn = "*", Protocol, Tags }, parts) => [
    onElb(parts, "CreateListener", LoadBalancerArn, { ...tagKeysOf(Tags), ...(Protocol !== undefined && { "elasticloadbalancing:ListenerProtocol": Protocol }) }),
    ...tagging("CreateListener", below(LoadBalancerArn, "listener"), Tags),
  ],
  run: (input, { parts }) => ({ Listeners: [showListener(createListener(parts, input))] }),
});
