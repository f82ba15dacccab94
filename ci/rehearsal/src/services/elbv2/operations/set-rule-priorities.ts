import { SetRulePriorities$, type SetRulePrioritiesInput, type SetRulePrioritiesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { setRulePriorities } from "../rules.ts";
import { showRule } from "../show.ts";

export const setRulePrioritiesOperation = operation<SetRulePrioritiesInput, SetRulePrioritiesOutput>({
  schema: SetRulePriorities$,
  access: ({ RulePriorities = [] }, parts) => RulePriorities.map(({ RuleArn }) => onElb(parts, "SetRulePriorities", RuleArn)),
  run: ({ RulePriorities = [] }, { parts }) => ({ Rules: setRulePriorities(parts, RulePriorities.map(({ RuleArn = "", Priority }) => ({ arn: RuleArn, priority: Priority }))).map(showRule) }),
});
