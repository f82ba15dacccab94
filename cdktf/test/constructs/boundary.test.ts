import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accountStack, documentsOf, github, statementOf, statementsOf, type Statement } from "../support/account.ts";
import { environmentStack, type Given, type Synthesised } from "../support/synth.ts";

const given: readonly (readonly [string, Given])[] = [
  ["lab", { account: github }],
  ["production", { account: github, environment: { preset: "production" } }],
  ["an environment with a prefix of its own", { account: github, environment: { prefix: "notes-two" } }],
];
const here = "eu-west-1:111122223333";
const boundary = "arn:aws:iam::111122223333:policy/notes-boundary";

/** What a reference will be on AWS. */
function filledIn(text: string, stack: Synthesised): string {
  return text.replaceAll(/\$\{(aws_\w+)\.([\w-]+)\.[^}]*\}/g, (whole, type: string, name: string) => {
    if (type === "aws_kms_key") return `arn:aws:kms:${here}:key/0001`;
    if (type === "aws_db_instance") return `arn:aws:secretsmanager:${here}:secret:rds!db-1-abcdef`;
    const own = String(stack.one(type, name)["name"]);
    if (type === "aws_cloudwatch_log_group") return `arn:aws:logs:${here}:log-group:${own}`;
    return type === "aws_secretsmanager_secret" ? `arn:aws:secretsmanager:${here}:secret:${own}-abcdef` : whole;
  });
}

const matches = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);

describe.each(given)("the boundary of %s", (_, of) => {
  const stack = environmentStack(of);
  const account = accountStack(of);
  const most = statementsOf(account, "boundary-may");
  const covers = (action: string, resource: string, effect: Statement["effect"] = "Allow"): boolean => most.some((statement) => statement.effect === effect && statement.actions.includes(action) && statement.resources.some((pattern) => matches(pattern, resource)));

  it("is on each of its roles", () => {
    const roles = stack.all("aws_iam_role");
    expect(account.one("aws_iam_policy", "boundary-policy")).toMatchObject({ name: "notes-boundary" });
    expect(Object.entries(roles).filter(([, role]) => role["permissions_boundary"] !== boundary)).toEqual([]);
    expect(Object.keys(roles).length).toBeGreaterThan(4);
  });

  it("has all that one of its roles may do, so that none fails on AWS for it", () => {
    const attached = new Set(Object.values(stack.all("aws_iam_role_policy")).map(({ policy }) => /document\.([\w-]+)\.json/.exec(String(policy))?.[1] ?? ""));
    const missing = documentsOf(stack)
      .filter((document) => attached.has(document))
      .flatMap((document) => statementsOf(stack, document).flatMap(({ sid, actions, resources }) => actions.flatMap((action) => resources.map((resource) => filledIn(resource, stack)).filter((resource) => !covers(action, resource)).map((resource) => `${document} ${sid} ${action} ${resource}`))));
    expect(attached.size).toBeGreaterThan(4);
    expect(missing).toEqual([]);
  });

  it("has nothing that changes IAM, takes another role, reads the state or the audit, or uses their keys", () => {
    const actions = most.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /^(iam|sts|organizations):/.test(action))).toEqual(["iam:PassRole"]);
    expect(statementOf(account, "boundary-may", "HandRolesToTasks").condition).toEqual([{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }]);
    for (const bucket of ["notes-terraform-state-111122223333/lab/terraform.tfstate", "notes-trail-111122223333/AWSLogs/1"]) expect(covers("s3:GetObject", `arn:aws:s3:::${bucket}`)).toBe(false);
    expect(statementOf(account, "boundary-may", "UseTheKeys").condition.map(({ variable }) => variable)).toEqual(["aws:ResourceTag/project", "aws:ResourceTag/environment"]);
  });
});

describe("the role that applies", () => {
  const account = accountStack({ account: github });
  const all = documentsOf(account).filter((document) => /^roles-(apply|terraform)/.test(document)).flatMap((document) => statementsOf(account, document));
  const allowing = (action: string): Statement[] => all.filter(({ effect, actions }) => effect === "Allow" && actions.includes(action));
  const denying = (action: string): string[] => all.filter(({ effect, actions }) => effect === "Deny" && actions.includes(action)).flatMap(({ resources }) => resources);

  it.each(["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])("may %s where the role has the boundary, and not otherwise", (action) => {
    expect(allowing(action).map(({ condition }) => condition)).toEqual([[{ test: "StringEquals", variable: "iam:PermissionsBoundary", values: [boundary] }]]);
  });

  it("attaches no policy, and makes no user", () => {
    expect(all.flatMap(({ effect, actions }) => (effect === "Allow" ? actions : [])).filter((action) => /^iam:(Attach|CreateUser|CreateAccessKey|CreatePolicy|CreateLogin|AddUser|PutUser|PutGroup)/.test(action))).toEqual([]);
  });

  it("takes the boundary off no role, and changes neither it nor a policy of CI", () => {
    expect(denying("iam:DeleteRolePermissionsBoundary")).toEqual(["arn:aws:iam::111122223333:role/*"]);
    for (const action of ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"]) expect(denying(action).some((pattern) => matches(pattern, boundary)), action).toBe(true);
  });

  it("changes none of CI's roles, not even a tag of one", () => {
    const names = z.array(z.string()).parse(Object.values(account.all("aws_iam_role")).map(({ name }) => name));
    expect(names).toContain("notes-apply");
    for (const action of ["iam:TagRole", "iam:UntagRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole", "iam:AddRoleToInstanceProfile"]) for (const name of names) expect(denying(action), `${action} ${name}`).toContain(`arn:aws:iam::111122223333:role/${name}`);
  });
});
