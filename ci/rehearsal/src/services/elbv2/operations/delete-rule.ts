import { DeleteRule$, type DeleteRuleInput, type DeleteRuleOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { deleteRule } from "../rules.ts";

export const deleteRuleOperation = operation<DeleteRuleInput, DeleteRuleOutput>({
  schema: DeleteRule$,
  access: ({ RuleArn }, parts) => [onElb(parts, "DeleteRule", RuleArn)],
  run({ RuleArn = "" }, { parts }) {
    deleteRule(parts, RuleArn);
    return {};
  },
});
