import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { SecurityhubAccount } from "@cdktf/provider-aws/lib/securityhub-account/index.js";
import { SecurityhubStandardsSubscription } from "@cdktf/provider-aws/lib/securityhub-standards-subscription/index.js";
import { Construct } from "constructs";
import type { Arns } from "../policies/arns.ts";

export interface SecurityHubProps {
  readonly name: string;
  readonly arns: Arns;
  readonly topicArn: string;
}

/** AWS's own list of good practices, checked every day. Most of its checks see what AWS Config records, and nothing without it. */
export class SecurityHub extends Construct {
  constructor(scope: Construct, id: string, { name, arns, topicArn }: SecurityHubProps) {
    super(scope, id);
    const { partition, region } = arns.place;
    const hub = new SecurityhubAccount(this, "hub", { enableDefaultStandards: false, controlFindingGenerator: "SECURITY_CONTROL" });
    new SecurityhubStandardsSubscription(this, "standard", { standardsArn: `arn:${partition}:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`, dependsOn: [hub] });
    const rule = new CloudwatchEventRule(this, "findings", {
      name: `${name}-securityhub-findings`,
      description: "Security Hub's new findings that are high or critical",
      // GuardDuty tells its own.
      eventPattern: JSON.stringify({
        source: ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        detail: { findings: { ProductName: [{ "anything-but": "GuardDuty" }], Severity: { Label: ["HIGH", "CRITICAL"] }, Workflow: { Status: ["NEW"] }, RecordState: ["ACTIVE"] } },
      }),
    });
    new CloudwatchEventTarget(this, "findings-target", { rule: rule.name, arn: topicArn });
  }
}
