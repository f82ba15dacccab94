import { describe, expect, it } from "vitest";
import { accountStack, github, statementOf, statementsOf } from "../support/account.ts";
import { environmentStack } from "../support/synth.ts";

const lab = environmentStack();
const here = "eu-west-1:111122223333";

describe("an environment's roles", () => {
  it("have the names that gitops.json and the release know, and nothing of AWS's own attached", () => {
    const names = Object.values(lab.all("aws_iam_role")).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["notes-execution", "notes-task", "notes-codedeploy", "notes-probe", "notes-monitoring"]));
    expect(lab.all("aws_iam_role_policy_attachment")).toEqual({});
  });

  it.each([
    ["execution", "ecs-tasks.amazonaws.com"],
    ["task", "ecs-tasks.amazonaws.com"],
    ["code-deploy", "codedeploy.amazonaws.com"],
  ])("%s is taken by %s for this account only", (role, service) => {
    expect(statementsOf(lab, `roles-${role}-trust`)).toMatchObject([{ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: [service] }], condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] }] }]);
  });

  it("execution reads the two secrets and their key through Secrets Manager, and pulls four images", () => {
    expect(statementOf(lab, "roles-execution-may", "ReadSecrets").resources).toEqual(["${aws_secretsmanager_secret.secrets-notes-database-backend.arn}", "${aws_secretsmanager_secret.secrets-notes-database-migration.arn}"]);
    expect(statementOf(lab, "roles-execution-may", "DecryptSecrets").condition).toEqual([{ test: "StringEquals", variable: "kms:ViaService", values: ["secretsmanager.eu-west-1.amazonaws.com"] }]);
    expect(statementOf(lab, "roles-execution-may", "PullImages").resources).toHaveLength(4);
  });

  it("task may do nothing but ECS Exec, whose shells are logged", () => {
    const services = new Set(statementsOf(lab, "roles-task-may").flatMap(({ actions }) => actions.map((action) => action.split(":")[0])));
    expect([...services].sort()).toEqual(["kms", "logs", "ssmmessages"]);
    expect(statementOf(lab, "roles-task-may", "LogShells").resources).toEqual(["${aws_cloudwatch_log_group.logs-exec.arn}", "${aws_cloudwatch_log_group.logs-exec.arn}:log-stream:*"]);
  });

  it("codedeploy changes this service's task sets and this load balancer's listeners, hands on two roles, and calls the hook", () => {
    const all = statementsOf(lab, "roles-code-deploy-may");
    expect(all.flatMap(({ actions }) => actions).sort()).toEqual([
      "cloudwatch:DescribeAlarms",
      "ecs:CreateTaskSet",
      "ecs:DeleteTaskSet",
      "ecs:DescribeServices",
      "ecs:UpdateServicePrimaryTaskSet",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyRule",
      "iam:PassRole",
      "lambda:InvokeFunction",
    ]);
    expect(statementOf(lab, "roles-code-deploy-may", "ChangeTaskSets").resources).toEqual([`arn:aws:ecs:${here}:service/notes-cluster/notes-service`, `arn:aws:ecs:${here}:task-set/notes-cluster/notes-service/*`]);
    expect(statementOf(lab, "roles-code-deploy-may", "MoveTraffic").resources).toEqual(["listener", "listener-rule"].map((what) => `arn:aws:elasticloadbalancing:${here}:${what}/app/notes-lb/*`));
    expect(statementOf(lab, "roles-code-deploy-may", "CallTheProbe").resources).toEqual([`arn:aws:lambda:${here}:function:${String(lab.one("aws_lambda_function")["function_name"])}`]);
    expect(String(lab.one("aws_lb")["name"])).toBe("notes-lb");
  });

  it("probe answers for this deployment group, and writes its own log", () => {
    expect(statementOf(lab, "roles-probe-may", "Answer")).toMatchObject({ actions: ["codedeploy:PutLifecycleEventHookExecutionStatus"], resources: [`arn:aws:codedeploy:${here}:deploymentgroup:notes/notes-dg`] });
    // Lambda asks for all six before it puts a function into a network.
    expect(statementOf(lab, "roles-probe-may", "StandInTheNetwork").actions.toSorted()).toEqual(["AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses"].map((action) => `ec2:${action}`));
    expect(statementOf(lab, "roles-probe-may", "WriteItsLog").resources).toEqual([`arn:aws:logs:${here}:log-group:/aws/lambda/${String(lab.one("aws_lambda_function")["function_name"])}:log-stream:*`]);
  });
});

it("is there with its policy before Lambda and CodeDeploy ask for it", () => {
  expect(lab.one("aws_lambda_function")["depends_on"]).toEqual(["aws_iam_role_policy.roles-probe-policy"]);
  expect(lab.one("aws_codedeploy_deployment_group")["depends_on"]).toEqual(["aws_iam_role_policy.roles-code-deploy-policy"]);
});

describe("who applies", () => {
  const account = accountStack({ account: github, environment: { preset: "production" } });

  it("cannot widen who comes in from outside, nor touch the audit", () => {
    const doors = statementOf(account, "roles-apply-may", "LeaveTheDoorsAlone");
    expect(doors).toMatchObject({ effect: "Deny" });
    for (const role of ["plan", "release", "apply"]) expect(doors.resources).toContain(`arn:aws:iam::111122223333:role/notes-${role}`);
    expect(doors.actions).toEqual(expect.arrayContaining(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"]));
    expect(statementOf(account, "roles-apply-may", "LeaveTheAuditAlone").resources).toContain("arn:aws:s3:::notes-trail-*");
  });

  it("writes the environments' state and locks it, and reads it through its key only", () => {
    expect(statementOf(account, "roles-apply-may", "WriteTheState").resources).toEqual(["arn:aws:s3:::notes-terraform-state-111122223333/lab/terraform.tfstate"]);
    expect(statementOf(account, "roles-apply-may", "LockTheState").resources).toEqual(["arn:aws:s3:::notes-terraform-state-111122223333/lab/terraform.tfstate.tflock"]);
    expect(statementOf(account, "roles-apply-may", "DecryptTheState").condition.map(({ variable }) => variable)).toEqual(["kms:ViaService", "kms:ResourceAliases"]);
  });

  it("is another than who plans, who writes nothing", () => {
    const plan = statementsOf(account, "roles-plan-may").flatMap(({ actions }) => actions);
    expect(plan.filter((action) => !/:(Describe|List|Get|BatchGet)\w*$/.test(action) && action !== "kms:Decrypt")).toEqual([]);
    const attached = Object.values(account.all("aws_iam_role_policy_attachment"));
    const planRole = "${aws_iam_role.roles-plan-role.name}";
    expect(attached.filter(({ role }) => role === planRole).map(({ policy_arn }) => String(policy_arn)).every((arn) => arn.includes("terraform-sees"))).toBe(true);
  });
});
