import { ModifyRule$, type ModifyRuleInput, type ModifyRuleOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { modifyRule } from "../rules.ts";
import { showRule } from "../show.ts";

export const modifyRuleOperation = operation<ModifyRuleInput, ModifyRuleOutput>({
  schema: ModifyRule$,
  access: ({ RuleArn }, parts) => [onElb(parts, "ModifyRule", RuleArn)],
  run: (input, { parts }) => ({ Rules: [showRule(modifyRule(parts, input))] }),
});
