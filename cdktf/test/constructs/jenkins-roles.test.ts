import { expect, it } from "vitest";
import { accountStack, statementsOf } from "../support/account.ts";

const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC";

it("lets agents that release and agents that plan have a role each, by their token's subject", () => {
  const stack = accountStack({ account: { jenkins: { oidcIssuer: issuer } } });
  expect(stack.one("aws_iam_openid_connect_provider")).toMatchObject({ url: issuer, client_id_list: ["sts.amazonaws.com"] });
  for (const [role, subject] of [
    ["plan", "system:serviceaccount:jenkins:dagger"],
    ["release", "system:serviceaccount:jenkins:release"],
  ] as const) {
    const [only, ...others] = statementsOf(stack, `roles-jenkins-${role}-trust`);
    expect(others).toEqual([]);
    expect(only?.actions).toEqual(["sts:AssumeRoleWithWebIdentity"]);
    expect(only?.condition).toEqual([
      { test: "StringEquals", variable: "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud", values: ["sts.amazonaws.com"] },
      { test: "StringEquals", variable: "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub", values: [subject] },
    ]);
  }
});

it("lets an instance's role release, and makes no role that nobody may take", () => {
  const stack = accountStack({ account: { jenkins: { instanceRole: "jenkins-agents" } } });
  expect(Object.values(stack.all("aws_iam_role")).map(({ name }) => name)).toEqual(["notes-jenkins-release"]);
  expect(statementsOf(stack, "roles-jenkins-release-trust")).toMatchObject([{ actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers: ["arn:aws:iam::111122223333:role/jenkins-agents"] }] }]);
});

it("keeps no key of AWS anywhere", () => {
  expect(accountStack({ account: { jenkins: { oidcIssuer: issuer, instanceRole: "a", planInstanceRole: "b" } } }).all("aws_iam_access_key")).toEqual({});
});
