import { describe, expect, it } from "vitest";
import { accountStack, github, statementsOf } from "../support/account.ts";

/** A token of GitHub Actions as STS sees it; what is absent there is absent here. */
interface Claims {
  readonly aud?: string;
  readonly sub: string;
  readonly repository?: string;
  readonly ref?: string;
  readonly environment?: string;
  readonly job_workflow_ref?: string;
}

const file = (name: string, ref = "refs/heads/main", repository = "notes/notes") => `${repository}/.github/workflows/${name}@${ref}`;
const common = { aud: "sts.amazonaws.com", repository: "notes/notes" };
const pull: Claims = { ...common, sub: "repo:notes/notes:pull_request", ref: "refs/pull/7/merge", job_workflow_ref: file("pipeline.yml", "refs/pull/7/merge") };
const push: Claims = { ...common, sub: "repo:notes/notes:ref:refs/heads/main", ref: "refs/heads/main", job_workflow_ref: file("pipeline.yml") };
const operate: Claims = { ...push, job_workflow_ref: file("operate.yml") };
const apply: Claims = { ...common, sub: "repo:notes/notes:environment:production", ref: "refs/heads/main", environment: "production", job_workflow_ref: file("operate.yml") };
const stack = accountStack({ account: github });

/** As IAM decides: every condition has to be met, and one on a claim that is not there is not met. */
function mayTake(role: string, claims: Claims): boolean {
  const values: Readonly<Record<string, string | undefined>> = { ...claims };
  return statementsOf(stack, `roles-${role}-trust`).some(({ condition }) =>
    condition.every(({ test, variable, values: wanted }) => {
      const value = values[variable.replace("token.actions.githubusercontent.com:", "")];
      if (value === undefined) return false;
      if (test === "StringEquals") return wanted.includes(value);
      if (test === "StringLike") return wanted.some((pattern) => new RegExp(`^${pattern.split("*").map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join(".*")}$`).test(value));
      throw new Error(`no such test here: ${test}`);
    }),
  );
}

describe("tokens of the workflows", () => {
  it.each([
    ["plan", pull],
    ["release", push],
    ["release", operate],
    ["apply", apply],
  ])("take the role %s, with the plain subject and with the one that has ids", (role, claims) => {
    expect(mayTake(role, claims)).toBe(true);
    expect(mayTake(role, { ...claims, sub: claims.sub.replace("notes/notes", "notes@11/notes@22") })).toBe(true);
    for (const other of ["plan", "release", "apply"].filter((name) => name !== role)) expect(mayTake(other, claims), other).toBe(false);
  });
});

describe("no role is taken by", () => {
  it.each<[string, Claims]>([
    ["another audience", { ...push, aud: "https://github.com/notes" }],
    ["another branch", { ...push, sub: "repo:notes/notes:ref:refs/heads/dev", ref: "refs/heads/dev", job_workflow_ref: file("pipeline.yml", "refs/heads/dev") }],
    ["a tag", { ...push, sub: "repo:notes/notes:ref:refs/tags/v1", ref: "refs/tags/v1" }],
    ["another workflow", { ...push, job_workflow_ref: file("other.yml") }],
    ["a workflow of another branch", { ...push, job_workflow_ref: file("pipeline.yml", "refs/heads/dev") }],
    ["another repository", { ...push, sub: "repo:evil/notes:ref:refs/heads/main", repository: "evil/notes" }],
    ["another repository whose subject looks like this one's", { ...push, sub: "repo:notes@1/notes@2:ref:refs/heads/main", repository: "notes/other" }],
    ["a fork's pull request", { ...pull, sub: "repo:evil/notes:pull_request", repository: "evil/notes", job_workflow_ref: file("pipeline.yml", "refs/pull/7/merge", "evil/notes") }],
    ["a pull request that runs the other workflow", { ...pull, job_workflow_ref: file("operate.yml", "refs/pull/7/merge") }],
    ["another environment", { ...apply, sub: "repo:notes/notes:environment:lab", environment: "lab" }],
    ["the environment on another branch", { ...apply, ref: "refs/heads/dev" }],
    ["a token without a workflow", { ...common, sub: push.sub, ref: "refs/heads/main" }],
    ["a token without a repository", { aud: common.aud, sub: push.sub, ref: "refs/heads/main", job_workflow_ref: file("pipeline.yml") }],
  ])("%s", (_, claims) => {
    for (const role of ["plan", "release", "apply"]) expect(mayTake(role, claims), role).toBe(false);
  });
});

it("makes no role for GitHub where the settings name no repository", () => {
  const without = accountStack();
  expect(Object.keys(without.all("aws_iam_openid_connect_provider"))).toEqual([]);
  expect(Object.keys(without.all("aws_iam_role"))).toEqual([]);
});
