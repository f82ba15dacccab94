import { sessionGroupName } from "../logs/session-logging.ts";
import { topicName } from "../notifications/notifications.ts";
import type { Arns } from "../policies/arns.ts";
import type { Statement } from "../policies/policy-document.ts";
import type { Environment } from "../../settings/resolve.ts";

export interface HostStatementsProps {
  readonly environment: Environment;
  readonly arns: Arns;
  readonly bucketName: string;
  readonly documentName: string;
  readonly keyArn: string;
}

/** What AmazonSSMManagedInstanceCore would give it without parameters and secrets, and what monitoring needs. */
export function hostStatements({ environment, arns, bucketName, documentName, keyArn }: HostStatementsProps): Statement[] {
  const { release, region, application } = environment;
  const sessions = arns.of("logs", `log-group:${sessionGroupName(application.project)}`);
  return [
    {
      sid: "BeReachedBySessionManager",
      why: "The agent asks for work, and opens the channels of sessions. AWS cannot limit this to a resource.",
      actions: ["ssm:UpdateInstanceInformation", "ssm:ListInstanceAssociations", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply"],
      resources: ["*"],
    },
    { sid: "ReadItsOrders", why: "What to install is in this document.", actions: ["ssm:GetDocument", "ssm:DescribeDocument"], resources: [arns.of("ssm", `document/${documentName}`)] },
    { sid: "TellWhatBecameOfThem", why: "Whether its configuration was installed.", actions: ["ssm:UpdateInstanceAssociationStatus"], resources: [arns.of("ssm", "association/*"), arns.of("ec2", "instance/*")] },
    { sid: "ReadItsConfiguration", why: "The files of this repository, and nothing else.", actions: ["s3:GetObject"], resources: [`${arns.bucket(bucketName)}/*`] },
    { sid: "DecryptItsConfiguration", why: "They are encrypted by the environment's key.", actions: ["kms:Decrypt"], resources: [keyArn], conditions: [{ test: "StringEquals", variable: "kms:ViaService", values: [`s3.${region}.amazonaws.com`] }] },
    { sid: "FindTheGroup", why: "Session Manager looks for the group of its logs. AWS cannot limit this to a resource.", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
    { sid: "LogShells", why: "All that is typed and shown is kept.", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [sessions, `${sessions}:log-stream:*`] },
    { sid: "FindTasks", why: "Prometheus has to know which tasks run.", actions: ["ecs:ListTasks"], resources: ["*"], conditions: [{ test: "ArnEquals", variable: "ecs:cluster", values: [arns.of("ecs", `cluster/${release.cluster}`)] }] },
    { sid: "SeeTasks", why: "And where they answer.", actions: ["ecs:DescribeTasks"], resources: [arns.of("ecs", `task/${release.cluster}/*`)] },
    { sid: "TellPeople", why: "Alertmanager sends through the account's topic.", actions: ["sns:Publish"], resources: [arns.of("sns", topicName(application.project))] },
    {
      sid: "EncryptWhatIsTold",
      why: "The topic's key, through SNS only.",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [arns.of("kms", "key/*")],
      conditions: [
        { test: "StringEquals", variable: "kms:ViaService", values: [`sns.${region}.amazonaws.com`] },
        { test: "ForAnyValue:StringEquals", variable: "kms:ResourceAliases", values: [`alias/${topicName(application.project)}`] },
      ],
    },
  ];
}
