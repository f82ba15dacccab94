import { CreateRule$, type CreateRuleInput, type CreateRuleOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { below, onElb, tagging, tagKeysOf } from "../access.ts";
import { createRule } from "../rules.ts";
import { showRule } from "../show.ts";

export const createRuleOperation = operation<CreateRuleInput, CreateRuleOutput>({
  schema: CreateRule$,
  access: ({ ListenerArn = "*", Tags }, parts) => [onElb(parts, "CreateRule", ListenerArn, tagKeysOf(Tags)), ...tagging("CreateRule", below(ListenerArn, "listener-rule"), Tags)],
  run: (input, { parts }) => ({ Rules: [showRule(createRule(parts, input))] }),
});
