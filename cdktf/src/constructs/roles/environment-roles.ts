import { Construct } from "constructs";
import type { ReleaseNames } from "../../settings/names.ts";
import type { Arns } from "../policies/arns.ts";
import type { Condition, Statement } from "../policies/policy-document.ts";
import { Role, trustsService } from "./role.ts";

export interface EnvironmentRolesProps {
  readonly arns: Arns;
  readonly boundaryArn: string;
  readonly release: ReleaseNames;
  /** All names of the load balancer's listeners begin so. */
  readonly loadBalancerName: string;
  readonly repositories: readonly string[];
  readonly secretArns: readonly string[];
  readonly logGroupArn: string;
  readonly execGroupArn: string;
  readonly keyArn: string;
  readonly codeDeployRoleName: string;
  readonly probeRoleName: string;
  /** Lambda functions that a deployment calls; absent where gitops.json has none. */
  readonly hookFunctions: readonly string[];
}

/** The roles by which an environment runs. Each may do what it needs by name; people and CI have others, in the account's stack. */
export class EnvironmentRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;
  readonly codeDeploy: Role;
  readonly probe: Role;

  constructor(scope: Construct, id: string, props: EnvironmentRolesProps) {
    super(scope, id);
    const { arns, release, boundaryArn } = props;
    const ecsTasks = (why: string): Statement[] => [trustsService("ecs-tasks.amazonaws.com", why, arns)];
    this.execution = new Role(this, "execution", { boundaryArn, name: release.executionRole, description: "ECS pulls images, reads secrets and opens log streams before a task starts", trust: ecsTasks("ECS prepares tasks of this account with it."), statements: executionStatements(props) });
    this.task = new Role(this, "task", { boundaryArn, name: release.taskRole, description: "What the programs in a task may do", trust: ecsTasks("Tasks of this account run with it."), statements: taskStatements(props) });
    this.codeDeploy = new Role(this, "code-deploy", { boundaryArn, name: props.codeDeployRoleName, description: "CodeDeploy moves traffic between the two task sets", trust: [trustsService("codedeploy.amazonaws.com", "CodeDeploy works for this account with it.", arns)], statements: codeDeployStatements(props) });
    this.probe = new Role(this, "probe", {
      boundaryArn,
      name: props.probeRoleName,
      description: "The function that looks at a new version before any user does",
      trust: [trustsService("lambda.amazonaws.com", "Lambda runs the probe with it.", arns, [])],
      statements: probeStatements(props),
    });
  }
}

function executionStatements({ arns, repositories, secretArns, logGroupArn, keyArn }: EnvironmentRolesProps): Statement[] {
  return [
    { sid: "SignInToTheRegistry", why: "A pull begins with a token. AWS cannot limit this to a resource.", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    { sid: "PullImages", why: "Pulls this application's images, and no others.", actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources: repositories.map((name) => arns.of("ecr", `repository/${name}`)) },
    { sid: "PullGuardDutysAgent", why: "GuardDuty puts its agent into each task; the account that keeps the image is AWS's own, another one in each region.", actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources: [`arn:${arns.place.partition}:ecr:${arns.place.region}:*:repository/aws-guardduty-agent-fargate`] },
    { sid: "OpenLogStreams", why: "The containers' output goes to this group.", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logGroupArn}:log-stream:*`] },
    ...(secretArns.length === 0
      ? []
      : [
          { sid: "ReadSecrets", why: "Gives the containers their database's users; the only role of a release that reads these values.", actions: ["secretsmanager:GetSecretValue"], resources: secretArns },
          { sid: "DecryptSecrets", why: "They are encrypted by the environment's key.", actions: ["kms:Decrypt"], resources: [keyArn], conditions: [viaService("secretsmanager", arns)] },
        ]),
  ];
}

/** The Notes application calls nothing of AWS; all of this is ECS Exec. */
function taskStatements({ execGroupArn, keyArn }: EnvironmentRolesProps): Statement[] {
  return [
    { sid: "OpenShells", why: "ECS Exec goes through Session Manager; whoever opens a shell needs ecs:ExecuteCommand besides. AWS cannot limit this to a resource.", actions: ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"], resources: ["*"] },
    { sid: "FindTheGroup", why: "Session Manager looks for the group of its logs. AWS cannot limit this to a resource.", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
    { sid: "LogShells", why: "All that is typed and shown is kept.", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [execGroupArn, `${execGroupArn}:log-stream:*`] },
    { sid: "EncryptShells", why: "Sessions are encrypted by the environment's key.", actions: ["kms:Decrypt"], resources: [keyArn] },
  ];
}

/** What ECS blue/green needs of AWSCodeDeployRoleForECS, on this service and its listeners only; no S3, no SNS, which a release of ours does not use. */
function codeDeployStatements({ arns, release, loadBalancerName, hookFunctions }: EnvironmentRolesProps): Statement[] {
  const service = arns.of("ecs", `service/${release.cluster}/${release.service}`);
  const taskSets = arns.of("ecs", `task-set/${release.cluster}/${release.service}/*`);
  return [
    { sid: "SeeTheService", why: "Finds the task sets.", actions: ["ecs:DescribeServices"], resources: [service] },
    { sid: "ChangeTaskSets", why: "Makes the new task set, makes it the first, and takes the old one away.", actions: ["ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet"], resources: [service, taskSets] },
    { sid: "SeeTheLoadBalancer", why: "Finds groups and listeners. AWS cannot limit this to a resource.", actions: ["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetGroups"], resources: ["*"] },
    {
      sid: "MoveTraffic",
      why: "Weighs the two groups behind this load balancer's listeners.",
      actions: ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
      resources: [arns.of("elasticloadbalancing", `listener/app/${loadBalancerName}/*`), arns.of("elasticloadbalancing", `listener-rule/app/${loadBalancerName}/*`)],
    },
    { sid: "SeeAlarms", why: "Stops when one fires. CodeDeploy asks for all of them at once.", actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] },
    { sid: "HandRolesToTasks", why: "A new task set's tasks get these two roles.", actions: ["iam:PassRole"], resources: [arns.iam(`role/${release.executionRole}`), arns.iam(`role/${release.taskRole}`)], conditions: [{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }] },
    ...(hookFunctions.length === 0 ? [] : [{ sid: "CallTheProbe", why: "Asks whether a new version may go on.", actions: ["lambda:InvokeFunction"], resources: hookFunctions.map((name) => arns.of("lambda", `function:${name}`)) }]),
  ];
}

function probeStatements({ arns, release, hookFunctions }: EnvironmentRolesProps): Statement[] {
  const streams = hookFunctions.map((name) => arns.of("logs", `log-group:/aws/lambda/${name}:log-stream:*`));
  return [
    { sid: "Answer", why: "Says yes or no to this group's deployments.", actions: ["codedeploy:PutLifecycleEventHookExecutionStatus"], resources: [arns.of("codedeploy", `deploymentgroup:${release.application}/${release.deploymentGroup}`)] },
    ...(streams.length === 0 ? [] : [{ sid: "WriteItsLog", why: "Tells what it has seen; the group itself is Terraform's.", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: streams }]),
    { sid: "StandInTheNetwork", why: "Lambda gives it an address inside the VPC. AWS cannot limit these to a resource.", actions: ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"], resources: ["*"] },
  ];
}

const viaService = (service: string, arns: Arns): Condition => ({ test: "StringEquals", variable: "kms:ViaService", values: [`${service}.${arns.place.region}.amazonaws.com`] });
