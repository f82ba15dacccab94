/**
 * Actions that AWS's service authorization reference gives no resource, so that a
 * policy can say `*` only; and those that see lists, where it is the list that is asked for.
 */
const nameless = new Set([
  "ecr:GetAuthorizationToken",
  "codedeploy:ContinueDeployment",
  "codedeploy:GetDeploymentTarget",
  "codedeploy:StopDeployment",
  "ecs:RegisterTaskDefinition",
  "ecs:DeregisterTaskDefinition",
  "ecs:DescribeTaskDefinition",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
  "ec2:AssignPrivateIpAddresses",
  "ssm:UpdateInstanceInformation",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
  "cloudwatch:PutMetricData",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricStatistics",
  "sts:GetCallerIdentity",
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
]);

export const isNameless = (action: string): boolean => nameless.has(action) || /^[\w-]+:(Describe|List)\w+$/.test(action);
