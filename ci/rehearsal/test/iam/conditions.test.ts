import { expect, it } from "vitest";
import { meetsConditions } from "../../src/iam/conditions.ts";

const context = { "iam:PassedToService": "ecs-tasks.amazonaws.com", "aws:TagKeys": ["team", "stage"], "aws:SecureTransport": "true", "ecs:cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/notes-cluster" };
const meets = (operator: string, key: string, ...values: string[]): boolean => meetsConditions({ [operator]: { [key]: values } }, context, true, "role x");

it.each<[string, string, string[], boolean]>([
  ["StringEquals", "iam:PassedToService", ["a", "ecs-tasks.amazonaws.com"], true],
  ["StringEquals", "IAM:passedtoservice", ["ecs-tasks.amazonaws.com"], true],
  ["StringEquals", "iam:PassedToService", ["ecs-tasks.*"], false],
  ["StringEquals", "absent", ["a"], false],
  ["StringEqualsIfExists", "absent", ["a"], true],
  ["StringEqualsIfExists", "iam:PassedToService", ["a"], false],
  ["StringEqualsIgnoreCase", "iam:PassedToService", ["ECS-tasks.amazonaws.com"], true],
  ["StringNotEquals", "iam:PassedToService", ["a", "b"], true],
  ["StringNotEquals", "iam:PassedToService", ["a", "ecs-tasks.amazonaws.com"], false],
  ["StringNotEquals", "absent", ["a"], true],
  ["StringLike", "iam:PassedToService", ["ecs-*.amazonaws.???"], true],
  ["StringNotLike", "iam:PassedToService", ["ecs-*"], false],
  ["ArnLike", "ecs:cluster", ["arn:aws:ecs:*:*:cluster/notes-*"], true],
  ["ArnLike", "ecs:cluster", ["arn:aws:*:cluster/notes-cluster"], false],
  ["ArnEquals", "ecs:cluster", ["arn:aws:ecs:eu-west-1:123456789012:cluster/notes-cluster"], true],
  ["ArnNotEquals", "ecs:cluster", ["arn:aws:ecs:eu-west-1:123456789012:cluster/notes-cluster"], false],
  ["Bool", "aws:SecureTransport", ["true"], true],
  ["Bool", "aws:SecureTransport", ["false"], false],
  ["BoolIfExists", "aws:MultiFactorAuthPresent", ["true"], true],
  ["Null", "absent", ["true"], true],
  ["Null", "ecs:cluster", ["true"], false],
  ["ForAnyValue:StringEquals", "aws:TagKeys", ["team"], true],
  ["ForAnyValue:StringEquals", "aws:TagKeys", ["other"], false],
  ["ForAnyValue:StringEquals", "absent", ["other"], false],
  ["ForAllValues:StringEquals", "aws:TagKeys", ["team"], false],
  ["ForAllValues:StringLike", "aws:TagKeys", ["team", "st*"], true],
  ["ForAllValues:StringEquals", "absent", ["x"], true],
])("%s of %s and %j is %s", (operator, key, values, expected) => {
  expect(meets(operator, key, ...values)).toBe(expected);
});

it("needs every operator and every key to be met", () => {
  expect(meetsConditions({ Bool: { "aws:SecureTransport": ["true"] }, StringEquals: { "iam:PassedToService": ["a"] } }, context, true, "role x")).toBe(false);
});

it("names an operator that it does not know, and takes it for nothing", () => {
  expect(() => meets("IpAddress", "aws:SourceIp", "10.0.0.0/8")).toThrow("The rehearsal does not know the condition operator IpAddress in the policy of role x.");
});
