import { DescribeRules$, type DescribeRulesInput, type DescribeRulesOutput, type Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { listenerOf, ruleOf } from "../find.ts";
import { showDefaultRule, showRule } from "../show.ts";
import { elbv2State, rulesOf } from "../state.ts";

/** In the order in which they are tried, the default one last; all on one page. */
export const describeRules = operation<DescribeRulesInput, DescribeRulesOutput>({
  schema: DescribeRules$,
  access: () => [{ action: "elasticloadbalancing:DescribeRules", resource: "*" }],
  run({ ListenerArn, RuleArns }, { parts }) {
    if (ListenerArn !== undefined) return { Rules: [...rulesOf(parts, ListenerArn).map(showRule), showDefaultRule(listenerOf(parts, ListenerArn))] };
    if (RuleArns === undefined || RuleArns.length === 0) throw new AwsError("ValidationError", "You must specify either listener rule ARNs or a listener ARN");
    const { listeners } = elbv2State(parts);
    const show = (arn: string): Rule => {
      const listener = listeners.find(({ ruleArn }) => ruleArn === arn);
      return listener === undefined ? showRule(ruleOf(parts, arn)) : showDefaultRule(listener);
    };
    return { Rules: RuleArns.map(show) };
  },
});
