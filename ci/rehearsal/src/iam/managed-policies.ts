import { readPolicy, type Policy } from "./policy.ts";

/** AWS's own policies that roles here attach. Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */

const allow = (Action: readonly string[], Condition?: Readonly<Record<string, unknown>>): object => ({ Effect: "Allow", Action, Resource: "*", ...(Condition === undefined ? {} : { Condition }) });

const statements: Readonly<Record<string, readonly object[]>> = {
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy": [
    allow(["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"]),
  ],
  "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS": [
    allow([
      "ecs:DescribeServices",
      "ecs:CreateTaskSet",
      "ecs:UpdateServicePrimaryTaskSet",
      "ecs:DeleteTaskSet",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:ModifyRule",
      "lambda:InvokeFunction",
      "cloudwatch:DescribeAlarms",
      "sns:Publish",
      "s3:GetObject",
      "s3:GetObjectVersion",
    ]),
    allow(["iam:PassRole"], { StringLike: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] } }),
  ],
};

/** Undefined for one whose contents are not here. */
export function awsManagedPolicy(arn: string): Policy | undefined {
  const Statement = statements[arn];
  return Statement === undefined ? undefined : readPolicy(JSON.stringify({ Version: "2012-10-17", Statement }), arn);
}
