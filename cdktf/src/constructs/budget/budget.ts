import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget/index.js";
import { Construct } from "constructs";

export interface BudgetProps {
  readonly name: string;
  readonly monthlyUsd: number;
  readonly topicArn: string;
}

/** Tells people before the money is spent, and again when it is. It stops nothing. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { name, monthlyUsd, topicArn }: BudgetProps) {
    super(scope, id);
    const at = (threshold: number, notificationType: "ACTUAL" | "FORECASTED") => ({ comparisonOperator: "GREATER_THAN", threshold, thresholdType: "PERCENTAGE", notificationType, subscriberSnsTopicArns: [topicArn] });
    new BudgetsBudget(this, "budget", {
      name,
      budgetType: "COST",
      limitAmount: String(monthlyUsd),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      notification: [at(80, "ACTUAL"), at(100, "ACTUAL"), at(100, "FORECASTED")],
    });
  }
}
