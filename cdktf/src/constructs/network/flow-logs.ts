import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { boundaryArn } from "../boundary/boundary.ts";
import { Arns } from "../policies/arns.ts";
import { policyDocument } from "../policies/policy-document.ts";

export interface FlowLogsProps {
  readonly vpcId: string;
  readonly environment: Environment;
  readonly keyArn: string;
}

/** The environment's key lets in what begins so. */
export const flowLogGroup = (prefix: string): string => `/${prefix}/flow-logs`;

/** Who talked to whom in the VPC, and who was refused. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { vpcId, environment, keyArn }: FlowLogsProps) {
    super(scope, id);
    const { names, application, logRetentionDays, account, region, partition } = environment;
    const group = new CloudwatchLogGroup(this, "group", { name: flowLogGroup(names.prefix), retentionInDays: logRetentionDays, kmsKeyId: keyArn });
    const trust = policyDocument(this, "trust", [
      { sid: "FlowLogs", why: "Flow logs of this account only.", actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["vpc-flow-logs.amazonaws.com"] }], conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account.id] }] },
    ]);
    const role = new IamRole(this, "role", { name: names.of("role", "flow-logs"), assumeRolePolicy: trust.json, permissionsBoundary: boundaryArn(new Arns({ partition, region, account: account.id }), application) });
    const write = policyDocument(this, "write", [
      { sid: "Write", why: "Writes lines into its own group.", actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], resources: [`${group.arn}:*`] },
      { sid: "FindTheGroup", why: "Looks for it by its name first.", actions: ["logs:DescribeLogGroups"], resources: [`arn:${partition}:logs:${region}:${account.id}:log-group:*`] },
    ]);
    new IamRolePolicy(this, "policy", { name: "write", role: role.id, policy: write.json });
    new FlowLog(this, "log", { vpcId, trafficType: "ALL", logDestinationType: "cloud-watch-logs", logDestination: group.arn, iamRoleArn: role.arn, maxAggregationInterval: 600, tags: { Name: names.prefix } });
  }
}
