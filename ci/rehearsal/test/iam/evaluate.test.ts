import { expect, it } from "vitest";
import { evaluate, type NamedPolicy, type PolicySet } from "../../src/iam/evaluate.ts";
import { readPolicy } from "../../src/iam/policy.ts";

const policy = (...Statement: object[]): NamedPolicy => ({ of: "a test", policy: readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: Statement.map((statement) => ({ Resource: "*", ...statement })) }), "a test") });
const allow = (members: object = {}): object => ({ Effect: "Allow", Action: "*", ...members });
const deny = (members: object = {}): object => ({ Effect: "Deny", Action: "*", ...members });
const service = "arn:aws:ecs:eu-west-1:123456789012:service/notes-cluster/notes-service";
const ask = (policies: PolicySet, question: { action?: string; resource?: string } = {}): unknown => evaluate(policies, { action: "ecs:DescribeServices", resource: service, context: { "aws:PrincipalTag/team": "notes" }, ...question });
const denied = (layer: string, isExplicit: boolean): object => ({ isAllowed: false, layer, isExplicit });
const allowed = { isAllowed: true };

it.each<[string, PolicySet, object]>([
  ["denies what nothing allows", { identity: [] }, denied("identity-based policy", false)],
  ["allows what an identity policy allows", { identity: [policy(allow())] }, allowed],
  ["denies explicitly before it allows", { identity: [policy(allow()), policy(deny())] }, denied("identity-based policy", true)],
  ["denies what the boundary does not allow", { identity: [policy(allow())], boundary: policy(allow({ Action: "s3:*" })) }, denied("permissions boundary", false)],
  ["denies what the boundary denies", { identity: [policy(allow())], boundary: policy(allow(), deny()) }, denied("permissions boundary", true)],
  ["takes nothing from a boundary that allows", { identity: [], boundary: policy(allow()) }, denied("identity-based policy", false)],
  ["allows what boundary and identity policy allow", { identity: [policy(allow())], boundary: policy(allow()) }, allowed],
  ["denies what the session's policies do not allow", { identity: [policy(allow())], session: [policy(allow({ Action: "s3:*" }))] }, denied("session policy", false)],
  ["names the boundary before the session", { identity: [], boundary: policy(deny({ Action: "s3:*" })), session: [] }, denied("permissions boundary", false)],
  ["puts an explicit deny before a boundary that does not allow", { identity: [policy(deny())], boundary: policy(allow({ Action: "s3:*" })) }, denied("identity-based policy", true)],
])("%s", (_name, policies, decision) => {
  expect(ask(policies)).toEqual(decision);
});

it.each<[string, object, boolean]>([
  ["an action with a wildcard", { Action: "ecs:Describe*" }, true],
  ["an action in another case", { Action: "ECS:describeservices" }, true],
  ["an action with one character open", { Action: "ecs:DescribeService?" }, true],
  ["another service's action", { Action: "ecr:*" }, false],
  ["all but this action", { Action: undefined, NotAction: "ecs:DescribeServices" }, false],
  ["all but other actions", { Action: undefined, NotAction: ["iam:*", "s3:*"] }, true],
  ["the resource", { Resource: service }, true],
  ["one of several resources", { Resource: ["arn:aws:s3:::x", "arn:aws:ecs:*:*:service/notes-cluster/*"] }, true],
  ["a resource in another case", { Resource: service.toUpperCase() }, false],
  ["another resource that begins alike", { Resource: `${service}-2` }, false],
  ["a resource whose dots are dots", { Resource: service.replace("-service", ".service") }, false],
  ["all but this resource", { Resource: undefined, NotResource: service }, false],
  ["all but other resources", { Resource: undefined, NotResource: "arn:aws:s3:::*" }, true],
  ["a variable that the request has", { Resource: "arn:aws:ecs:*:*:service/${aws:PrincipalTag/team}-cluster/*" }, true],
  ["a variable that it has not", { Resource: "arn:aws:ecs:*:*:service/${aws:username}*" }, false],
  ["a variable with a default", { Resource: "arn:aws:ecs:*:*:service/${aws:username, 'notes'}-cluster/*" }, true],
])("an allow for %s", (_name, statement, isAllowed) => {
  expect(ask({ identity: [policy(allow(statement))] })).toMatchObject({ isAllowed });
});
