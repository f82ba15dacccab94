import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { GuarddutyDetector } from "@cdktf/provider-aws/lib/guardduty-detector/index.js";
import { GuarddutyDetectorFeature } from "@cdktf/provider-aws/lib/guardduty-detector-feature/index.js";
import { Construct } from "constructs";

export interface GuardDutyProps {
  readonly name: string;
  readonly topicArn: string;
}

/** Below this a finding is something to read some time, not to be told of. */
const leastSeverity = 4;

/** One detector per account and region: AWS takes no second one. */
export class GuardDuty extends Construct {
  constructor(scope: Construct, id: string, { name, topicArn }: GuardDutyProps) {
    super(scope, id);
    const detector = new GuarddutyDetector(this, "detector", { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" });
    for (const feature of ["S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION"]) new GuarddutyDetectorFeature(this, feature.toLowerCase().replaceAll("_", "-"), { detectorId: detector.id, name: feature, status: "ENABLED" });
    // AWS answers with all three, in this order: what is not listed, every plan would take away.
    const agents = [["EKS_ADDON_MANAGEMENT", "DISABLED"], ["ECS_FARGATE_AGENT_MANAGEMENT", "ENABLED"], ["EC2_AGENT_MANAGEMENT", "DISABLED"]] as const;
    // Fargate's agent comes as a sidecar that ECS adds; the execution roles may pull it.
    new GuarddutyDetectorFeature(this, "runtime", { detectorId: detector.id, name: "RUNTIME_MONITORING", status: "ENABLED", additionalConfiguration: agents.map(([agent, how]) => ({ name: agent, status: how })) });
    const rule = new CloudwatchEventRule(this, "findings", {
      name: `${name}-guardduty-findings`,
      description: `GuardDuty's findings of severity ${leastSeverity} and more`,
      eventPattern: JSON.stringify({ source: ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], detail: { severity: [{ numeric: [">=", leastSeverity] }] } }),
    });
    new CloudwatchEventTarget(this, "findings-target", { rule: rule.name, arn: topicArn });
  }
}
