/** CodeDeploy's error codes: what each means for a service on ECS, and what to do about it. */
export interface Explained {
  /** A clause that goes after "because". */
  readonly why: string;
  /** Whole sentences. */
  readonly next: string;
}

const iam = "Give CodeDeploy's role the policy AWSCodeDeployRoleForECS, and iam:PassRole on the two roles of the task definition; then release again.";
const notForEcs = "This code belongs to deployments to servers or functions: look whether the deployment group is one for ECS.";
const again = "Release again; if it happens twice, look at AWS's health page and open a case with the deployment's id.";

const explained = {
  AGENT_ISSUE: { why: "the CodeDeploy agent of a server did not work", next: notForEcs },
  ALARM_ACTIVE: { why: "an alarm of the deployment group fired, or its state could not be read", next: "Look at the alarm's datapoints and at the logs of the new version, mend it, and release again. An alarm that is still in ALARM stops the next deployment at once." },
  APPLICATION_MISSING: { why: "the CodeDeploy application was deleted while the deployment ran", next: "Apply the infrastructure again, then release." },
  AUTOSCALING_VALIDATION_ERROR: { why: "an Auto Scaling group could not be checked", next: notForEcs },
  AUTO_SCALING_CONFIGURATION: { why: "an Auto Scaling group's configuration was refused", next: notForEcs },
  AUTO_SCALING_IAM_ROLE_PERMISSIONS: { why: "CodeDeploy's role may not call Auto Scaling", next: notForEcs },
  CLOUDFORMATION_STACK_FAILURE: { why: "the CloudFormation stack that started the deployment failed", next: "Look at the stack's events: the deployment was not started by this pipeline." },
  CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND: { why: "something that the deployment needs in CodeDeploy is not there any more", next: "Apply the infrastructure again, then release." },
  CUSTOMER_APPLICATION_UNHEALTHY: { why: "the new version was not healthy", next: "Look why its tasks stopped or failed their health checks, mend it, and release again." },
  DEPLOYMENT_GROUP_MISSING: { why: "the deployment group was deleted while the deployment ran", next: "Apply the infrastructure again, then release." },
  ECS_UPDATE_ERROR: { why: "ECS refused to create the new task set", next: "CodeDeploy's message has ECS's own words: mostly the container or port of the AppSpec is not in the task definition, or the revision does not exist. Mend it and release again." },
  ELASTIC_LOAD_BALANCING_INVALID: { why: "the load balancer is not as CodeDeploy needs it", next: "The primary task set's target group has to be behind the production listener, and both target groups in the deployment group. `preflight` shows which is not." },
  ELB_INVALID_INSTANCE: { why: "a server could not be put behind the load balancer", next: notForEcs },
  HEALTH_CONSTRAINTS: { why: "too few targets were healthy", next: "Look why the new tasks failed their health checks, mend it, and release again." },
  HEALTH_CONSTRAINTS_INVALID: { why: "the required number of healthy targets cannot be reached", next: "Look at the deployment configuration of the group." },
  HOOK_EXECUTION_FAILURE: { why: "a check of a lifecycle event said no, or failed", next: "Look at the log of the function that the AppSpec names for the failed event; mend the version, or the check, and release again." },
  IAM_ROLE_MISSING: { why: "CodeDeploy's role does not exist, or CodeDeploy may not take it on", next: "Apply the infrastructure again: the role has to trust codedeploy.amazonaws.com." },
  IAM_ROLE_PERMISSIONS: { why: "CodeDeploy's role may not do what the deployment needs", next: iam },
  INTERNAL_ERROR: { why: "CodeDeploy failed by itself", next: again },
  INVALID_ECS_SERVICE: { why: "the ECS service is not there, or not one that CodeDeploy deploys", next: "The service needs the deployment controller CODE_DEPLOY and has to be ACTIVE; `preflight` shows it." },
  INVALID_LAMBDA_CONFIGURATION: { why: "a Lambda function's configuration is wrong", next: notForEcs },
  INVALID_LAMBDA_FUNCTION: { why: "a function that the AppSpec names as a hook cannot be called", next: "Compare the hooks in gitops.json with the functions that exist; then release again." },
  INVALID_REVISION: { why: "the AppSpec cannot be read, or says something that is not allowed", next: "CodeDeploy's message says what. The pipeline makes the AppSpec from gitops.json: look at the section release." },
  MANUAL_STOP: { why: "somebody stopped it", next: "Ask who stopped it and why before you release again." },
  MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION: { why: "the deployment group says nothing of blue/green", next: "Apply the infrastructure again: the group needs a blue/green configuration." },
  MISSING_ELB_INFORMATION: { why: "the deployment group names no load balancer", next: "Apply the infrastructure again: the group needs both target groups and the listener." },
  MISSING_GITHUB_TOKEN: { why: "CodeDeploy has no access to a repository on GitHub", next: "Revisions of this pipeline come from no repository: look who created the deployment." },
  NO_EC2_SUBSCRIPTION: { why: "the account has no access to EC2", next: "Look at the state of the AWS account." },
  NO_INSTANCES: { why: "there was nothing to deploy to", next: notForEcs },
  OVER_MAX_INSTANCES: { why: "there were too many servers", next: notForEcs },
  RESOURCE_LIMIT_EXCEEDED: { why: "a limit of the account was reached", next: "CodeDeploy's message names it: raise it in Service Quotas, or take something away, and release again." },
  REVISION_MISSING: { why: "the revision is not there", next: "Release again: the pipeline registers it anew." },
  THROTTLED: { why: "CodeDeploy was refused too many calls by another service", next: "Wait some minutes, then release again." },
  TIMEOUT: { why: "something took longer than CodeDeploy waits", next: "CodeDeploy's message says what it waited for: tasks that do not become healthy, a hook that does not answer, or nobody who said `promote`." },
} as const satisfies Record<string, Explained>;

export const errorCodes = Object.keys(explained) as readonly (keyof typeof explained)[];

export function explainErrorCode(code: string | undefined): Explained {
  if (code === undefined) return { why: "CodeDeploy gave no reason", next: "Look at the deployment in the CodeDeploy console, then release again." };
  const known: Readonly<Record<string, Explained>> = explained;
  return known[code] ?? { why: `CodeDeploy ended it with ${code}, which is not a code that was known when this was written`, next: "Look at CodeDeploy's message." };
}
