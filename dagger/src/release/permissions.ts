import { partitionOf } from "./partition.ts";
import type { AwsNames } from "./release-settings.ts";

/**
 * What a release may do in AWS, and no more. The infrastructure makes its roles of
 * this, and docs/permissions.md tells it; a test takes each action away and sees
 * the release fail.
 */
export interface PolicyStatement {
  readonly sid: string;
  /** What it is for, as one sentence. */
  readonly why: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyCondition {
  /** IAM's operator, such as `StringEquals`. */
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

export interface PermissionInputs {
  readonly names: AwsNames;
  readonly account: string;
  readonly region: string;
  /** That of the region, when absent. */
  readonly partition?: string;
  /** Names of the ECR repositories. */
  readonly repositories: readonly string[];
  /** Names of the secrets that a task gets. */
  readonly secrets: readonly string[];
  /** Log groups of the containers. */
  readonly logGroups: readonly string[];
}

/** `plan` looks, and changes nothing; `deploy` releases, rolls back and promotes. */
export type ReleaseRole = "plan" | "deploy";

export const releaseRoles: Readonly<Record<ReleaseRole, string>> = {
  plan: "For `plan`, `preflight`, `status` and `history`: it sees everything that a release looks at, and changes nothing.",
  deploy: "For releases, rollbacks and `promote`: all that `plan` sees, and what is needed to change the service.",
};

/** Without the statements that would be about nothing: an application without secrets needs none of them. */
export function statementsOf(role: ReleaseRole, inputs: PermissionInputs): PolicyStatement[] {
  const statements = role === "plan" ? looking(inputs) : [...looking(inputs), ...changing(inputs)];
  return statements.filter(({ resources }) => resources.length > 0);
}

/** What IAM takes. */
export const policyDocument = (statements: readonly PolicyStatement[]) => ({
  Version: "2012-10-17",
  Statement: statements.map(({ sid, actions, resources, conditions }) => ({
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(conditions.length === 0 ? {} : { Condition: Object.fromEntries([...Map.groupBy(conditions, ({ test }) => test)].map(([test, of]) => [test, Object.fromEntries(of.map(({ variable, values }) => [variable, values]))])) }),
  })),
});

type Arn = (service: string, rest: string) => string;
const partitionIn = ({ partition, region }: PermissionInputs): string => partition ?? partitionOf(region);
const arnsOf = (inputs: PermissionInputs): Arn => (service, rest) => `arn:${partitionIn(inputs)}:${service}:${inputs.region}:${inputs.account}:${rest}`;
const allow = (sid: string, why: string, actions: readonly string[], resources: readonly string[], conditions: readonly PolicyCondition[] = []): PolicyStatement => ({ sid, why, actions, resources, conditions });

function looking(inputs: PermissionInputs): PolicyStatement[] {
  const { names, repositories, secrets, logGroups } = inputs;
  const arn = arnsOf(inputs);
  const group = arn("codedeploy", `deploymentgroup:${names.application}/${names.deploymentGroup}`);
  return [
    allow("SeeTheService", "Reads the service with its task sets.", ["ecs:DescribeServices"], [arn("ecs", `service/${names.cluster}/${names.service}`)]),
    allow("SeeTaskDefinitions", "Reads what runs, to show what would change. AWS cannot limit this to a resource.", ["ecs:DescribeTaskDefinition"], ["*"]),
    allow("ListTasks", "Finds the tasks of a release, to tell why one stopped.", ["ecs:ListTasks"], ["*"], [{ test: "ArnEquals", variable: "ecs:cluster", values: [arn("ecs", `cluster/${names.cluster}`)] }]),
    allow("SeeTasks", "Tells why a task stopped.", ["ecs:DescribeTasks"], [arn("ecs", `task/${names.cluster}/*`)]),
    allow("ReadLastLines", "Shows the last lines of a container that died.", ["logs:GetLogEvents"], logGroups.map((name) => arn("logs", `log-group:${name}:log-stream:*`))),
    allow("SeeDeployments", "Reads the deployment group, and its deployments for status and history.", ["codedeploy:GetDeploymentGroup", "codedeploy:GetDeployment", "codedeploy:BatchGetDeployments", "codedeploy:ListDeployments"], [group]),
    allow("SeeTheApplication", "Reads the application, and the AppSpec of an earlier deployment, which no other call gives.", ["codedeploy:GetApplication", "codedeploy:GetApplicationRevision"], [arn("codedeploy", `application:${names.application}`)]),
    allow("FollowDeployments", "Reads lifecycle events and the traffic of both task sets. AWS cannot limit this to a resource.", ["codedeploy:GetDeploymentTarget"], ["*"]),
    allow("SeeTheLoadBalancer", "Reads where traffic goes, how targets are, and where the load balancer answers. AWS cannot limit this to a resource.", ["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"], ["*"]),
    allow("SeeAlarms", "Reads the alarms that stop a release. Composite alarms need all resources.", ["cloudwatch:DescribeAlarms"], ["*"]),
    allow("ReadMetrics", "Compares a new version with what it may be like. AWS cannot limit this to a resource.", ["cloudwatch:GetMetricData"], ["*"]),
    allow("SeeImages", "Reads which images are there already, and what ECR itself has found in them.", ["ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:DescribeImageScanFindings"], repositories.map((name) => arn("ecr", `repository/${name}`))),
    allow("SeeThatSecretsAreThere", "Finds the secrets' ARNs. Their values are never read.", ["secretsmanager:DescribeSecret"], secrets.map((name) => arn("secretsmanager", `secret:${name}-??????`))),
  ];
}

function changing(inputs: PermissionInputs): PolicyStatement[] {
  const { names, account, repositories } = inputs;
  const arn = arnsOf(inputs);
  const role = (name: string): string => `arn:${partitionIn(inputs)}:iam::${account}:role/${name}`;
  const application = arn("codedeploy", `application:${names.application}`);
  return [
    allow("SignInToTheRegistry", "Signs in to ECR for a push. AWS cannot limit this to a resource.", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "PushImages",
      "Sends the layers that are not there yet, reads the image back, and tags what is released, so that the repository keeps it.",
      ["ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      repositories.map((name) => arn("ecr", `repository/${name}`)),
    ),
    allow("RegisterTaskDefinitions", "Registers a revision. AWS cannot limit this to a resource.", ["ecs:RegisterTaskDefinition"], ["*"]),
    allow("TagTaskDefinitions", "Notes the commit on a new revision, and on nothing else.", ["ecs:TagResource"], [arn("ecs", `task-definition/${names.family}:*`)], [{ test: "StringEquals", variable: "ecs:CreateAction", values: ["RegisterTaskDefinition"] }]),
    allow("HandRolesToTasks", "Lets a task have these two roles, and no other.", ["iam:PassRole"], [role(names.executionRole), role(names.taskRole)], [{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }]),
    allow("Deploy", "Begins a deployment.", ["codedeploy:CreateDeployment"], [arn("codedeploy", `deploymentgroup:${names.application}/${names.deploymentGroup}`)]),
    allow("RegisterRevisions", "CreateDeployment asks for this, although nobody makes that call.", ["codedeploy:RegisterApplicationRevision"], [application]),
    allow("ReadDeploymentConfigs", "CreateDeployment asks for this, although nobody makes that call.", ["codedeploy:GetDeploymentConfig"], [arn("codedeploy", "deploymentconfig:*")]),
    allow("GoBackDespiteAlarms", "CreateDeployment asks for this when a rollback is not to be held up by an alarm that still fires; nobody makes that call.", ["codedeploy:UpdateDeploymentGroup"], [arn("codedeploy", `deploymentgroup:${names.application}/${names.deploymentGroup}`)]),
    allow("StopAndPromote", "Stops a deployment for a rollback, and ends its waits. AWS cannot limit this to a resource.", ["codedeploy:StopDeployment", "codedeploy:ContinueDeployment"], ["*"]),
  ];
}
