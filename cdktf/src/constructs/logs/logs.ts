import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { Construct } from "constructs";

export interface LogsProps {
  /** Of the containers, as the task definition names it: `values.LOG_GROUP` of gitops.json. */
  readonly groupName: string;
  readonly retentionDays: number;
  readonly keyArn: string;
}

/** Where the containers write. All of a task's containers share a group; each has streams of its own. */
export class Logs extends Construct {
  readonly groupName: string;
  readonly groupArn: string;
  /** Of what is typed and shown in ECS Exec. */
  readonly execGroupName: string;
  readonly execGroupArn: string;

  constructor(scope: Construct, id: string, { groupName, retentionDays, keyArn }: LogsProps) {
    super(scope, id);
    const containers = new CloudwatchLogGroup(this, "containers", { name: groupName, retentionInDays: retentionDays, kmsKeyId: keyArn });
    const exec = new CloudwatchLogGroup(this, "exec", { name: execGroupOf(groupName), retentionInDays: retentionDays, kmsKeyId: keyArn });
    this.groupName = containers.name;
    this.groupArn = containers.arn;
    this.execGroupName = exec.name;
    this.execGroupArn = exec.arn;
  }
}

export const execGroupOf = (groupName: string): string => `${groupName}/exec`;
