import { DescribeRules$, type DescribeRulesInput, type DescribeRulesOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { listenerOf } from "../find.ts";
import { showDefaultRule } from "../show.ts";
import { elbv2State } from "../state.ts";

/** A listener has its default rule only. */
export const describeRules = operation<DescribeRulesInput, DescribeRulesOutput>({
  schema: DescribeRules$,
  access: () => [{ action: "elasticloadbalancing:DescribeRules", resource: "*" }],
  run({ ListenerArn, RuleArns }, { parts }) {
    if (ListenerArn !== undefined) return { Rules: [showDefaultRule(listenerOf(parts, ListenerArn))] };
    if (RuleArns === undefined || RuleArns.length === 0) throw new AwsError("ValidationError", "You must specify either listener rule ARNs or a listener ARN");
    const listeners = elbv2State(parts).listeners;
    const rules = RuleArns.map((arn) => {
      const listener = listeners.find(({ ruleArn }) => ruleArn === arn);
      if (listener === undefined) throw new AwsError("RuleNotFoundException", `Rule '${arn}' not found`);
      return showDefaultRule(listener);
    });
    return { Rules: rules };
  },
});
