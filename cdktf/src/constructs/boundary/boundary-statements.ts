import type { Account, Environment } from "../../settings/resolve.ts";
import { sessionGroupName } from "../logs/session-logging.ts";
import { topicName } from "../notifications/notifications.ts";
import type { Arns } from "../policies/arns.ts";
import type { Statement } from "../policies/policy-document.ts";
import { hookFunctions } from "../probe-hook/probe-hook.ts";
import { hasAlias, isOfAnEnvironment, through } from "../roles/key-conditions.ts";

/**
 * The union of what the roles of all environments of an account need. It gives nothing by
 * itself. No role of an environment takes another one, and none changes IAM. A program that
 * has to call more of AWS needs it here as well, which a person applies; a test holds that
 * nothing that a role may do is missing.
 */
export function boundaryStatements(account: Account, arns: Arns): Statement[] {
  const { application, environments } = account;
  const each = (make: (environment: Environment) => readonly string[]): string[] => [...new Set(environments.flatMap(make))];
  const hooks = each(hookFunctions).map((name) => arns.of("lambda", `function:${name}`));
  const secrets = Object.values(application.release.secrets).map((name) => arns.of("secretsmanager", `secret:${name}-??????`));
  return [
    { sid: "WhatAwsCannotLimit", why: "The registry's token, shells, orders of Session Manager, a function's address in the network, and lists: AWS knows no resource for these.", actions: namelessActions, resources: ["*"] },
    { sid: "PullImages", why: "Execution roles; GuardDuty's agent is in an account of AWS's own.", actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources: [...each(({ repositories }) => Object.values(repositories)).map((name) => arns.of("ecr", `repository/${name}`)), `arn:${arns.place.partition}:ecr:${arns.place.region}:*:repository/aws-guardduty-agent-fargate`] },
    { sid: "WriteLogs", why: "Every role, to the groups of environments and of shells.", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: each((environment) => logGroupsOf(environment)).map((group) => arns.of("logs", `log-group:${group}`)) },
    { sid: "ReadSecrets", why: "Roles that start tasks; the master's is RDS's own.", actions: ["secretsmanager:GetSecretValue"], resources: [...secrets, arns.of("secretsmanager", "secret:rds!*")] },
    { sid: "UseTheKeys", why: "An environment's keys; none that the account's stack has made.", actions: ["kms:Decrypt"], resources: [arns.of("kms", "key/*")], conditions: isOfAnEnvironment(account) },
    { sid: "EncryptWhatIsTold", why: "The topic's key, through SNS only.", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [arns.of("kms", "key/*")], conditions: [through(arns, "sns"), hasAlias(`alias/${topicName(application.project)}`)] },
    { sid: "TellPeople", why: "Alertmanager sends through the account's topic.", actions: ["sns:Publish"], resources: [arns.of("sns", topicName(application.project))] },
    { sid: "ChangeTaskSets", why: "CodeDeploy's role, and the monitoring's, which looks at tasks.", actions: ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:DescribeTasks", "ecs:UpdateServicePrimaryTaskSet"], resources: each(({ release: { cluster, service } }) => [`service/${cluster}/${service}`, `task-set/${cluster}/${service}/*`, `task/${cluster}/*`]).map((rest) => arns.of("ecs", rest)) },
    { sid: "MoveTraffic", why: "CodeDeploy's role, between an environment's two groups.", actions: ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"], resources: each(({ names }) => ["listener", "listener-rule"].map((what) => `${what}/app/${names.of("loadBalancer", "lb")}/*`)).map((rest) => arns.of("elasticloadbalancing", rest)) },
    { sid: "HandRolesToTasks", why: "CodeDeploy's role, to tasks only; those roles have this boundary too.", actions: ["iam:PassRole"], resources: each(({ release }) => [release.executionRole, release.taskRole]).map((name) => arns.iam(`role/${name}`)), conditions: [{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }] },
    ...(hooks.length === 0 ? [] : [{ sid: "CallTheHooks", why: "CodeDeploy's role asks whether a new version may go on.", actions: ["lambda:InvokeFunction"], resources: hooks }]),
    { sid: "Answer", why: "The probe says yes or no.", actions: ["codedeploy:PutLifecycleEventHookExecutionStatus"], resources: each(({ release }) => [arns.of("codedeploy", `deploymentgroup:${release.application}/${release.deploymentGroup}`)]) },
    { sid: "ReadItsOrders", why: "The monitoring host's document.", actions: ["ssm:GetDocument"], resources: each(({ names }) => [arns.of("ssm", `document/${names.prefix}-*`)]) },
    { sid: "TellWhatBecameOfThem", why: "Whether the host's configuration was installed.", actions: ["ssm:UpdateInstanceAssociationStatus"], resources: [arns.of("ssm", "association/*"), arns.of("ec2", "instance/*")] },
    { sid: "ReadItsConfiguration", why: "The monitoring host's files; no file of the state or the audit.", actions: ["s3:GetObject"], resources: each(({ names, account: { id } }) => [`${arns.bucket(`${names.prefix}-monitoring-${id}`)}/*`]) },
  ];
}

const namelessActions = [
  "cloudwatch:DescribeAlarms",
  ...["AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses"].map((action) => `ec2:${action}`),
  ...["AcknowledgeMessage", "DeleteMessage", "FailMessage", "GetEndpoint", "GetMessages", "SendReply"].map((action) => `ec2messages:${action}`),
  "ecr:GetAuthorizationToken",
  "ecs:ListTasks",
  ...["DescribeListeners", "DescribeRules", "DescribeTargetGroups"].map((action) => `elasticloadbalancing:${action}`),
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "ssm:DescribeDocument",
  "ssm:ListInstanceAssociations",
  "ssm:UpdateInstanceInformation",
  ...["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"].map((action) => `ssmmessages:${action}`),
];

/** Containers, shells in tasks, the probe, flow logs, and shells on the host. */
const logGroupsOf = ({ names, application: { project, release } }: Environment): string[] => [`${release.values["LOG_GROUP"] ?? `/ecs/${names.prefix}`}*`, `/aws/lambda/*${names.prefix}-*`, `/${names.prefix}/*`, `${sessionGroupName(project)}*`];
