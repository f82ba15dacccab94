import { releaseRoles, statementsOf, type PermissionInputs, type ReleaseRole } from "../src/release/permissions.ts";

/** What stands where in the statements of cdktf/permissions.json; with no braces of its own anywhere else. */
const placeholders = {
  partition: "`aws`, `aws-cn` or `aws-us-gov`",
  account: "the account's number",
  region: "such as eu-west-1",
  cluster: "name of the ECS cluster",
  service: "name of the ECS service",
  family: "family of the task definition",
  application: "name of the CodeDeploy application",
  deploymentGroup: "name of the deployment group",
  executionRole: "name of the role that pulls images and reads secrets",
  taskRole: "name of the role of the programs in a task",
};

/** A resource with one of these is written once for each; a statement whose resources all fall away falls away too. */
const lists = {
  repository: "name of each ECR repository",
  secret: "name of each secret of Secrets Manager that a task gets",
  logGroup: "name of each log group of the containers",
};

/** cdktf/permissions.json: both roles, for the infrastructure to fill in with references of its own. */
export function permissionsJson(): string {
  const statements = (role: ReleaseRole) => statementsOf(role, openInputs());
  const roles = Object.fromEntries((Object.keys(releaseRoles) as ReleaseRole[]).map((role) => [role, { why: releaseRoles[role], statements: statements(role) }]));
  return `${JSON.stringify({ $comment: "Made from dagger/src/release/permissions.ts by `npm run schemas`; change it there.", placeholders, lists, roles }, null, 2)}\n`;
}

function openInputs(): PermissionInputs {
  const open = (name: keyof typeof placeholders | keyof typeof lists): string => `{${name}}`;
  return {
    partition: open("partition"),
    account: open("account"),
    region: open("region"),
    names: {
      cluster: open("cluster"),
      service: open("service"),
      family: open("family"),
      application: open("application"),
      deploymentGroup: open("deploymentGroup"),
      executionRole: open("executionRole"),
      taskRole: open("taskRole"),
    },
    repositories: [open("repository")],
    secrets: [open("secret")],
    logGroups: [open("logGroup")],
  };
}
