import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isNameless } from "../../src/rules/nameless-actions.ts";
import { isNarrowed } from "../../src/rules/narrowing-conditions.ts";
import { terraformPermissions } from "../../src/constructs/roles/terraform-permissions.ts";
import { accountStack, documentsOf, github, statementsOf } from "../support/account.ts";
import { environmentOf, environmentStack, type Synthesised } from "../support/synth.ts";

const everything = { ...github, jenkins: { oidcIssuer: "https://jenkins.example/oidc" }, config: true, securityHub: true, alerts: { email: "a@example.com", slack: { workspace: "T0123ABCD", channel: "C0123ABCD" } } };
const stacks: readonly [string, Synthesised][] = [
  ["an account", accountStack({ account: everything })],
  ["production's account", accountStack({ account: everything, environment: { preset: "production" } })],
  ["lab", environmentStack()],
  ["production", environmentStack({ environment: { preset: "production" } })],
];

describe.each(stacks)("every policy of %s", (_, stack) => {
  const documents = documentsOf(stack);
  const statements = documents.flatMap((document) => statementsOf(stack, document).map((statement) => ({ document, ...statement })));
  const allowed = statements.filter(({ effect }) => effect === "Allow");

  it("names its actions, besides the account's own hold on a key", () => {
    expect(allowed.filter(({ actions, sid }) => actions.some((action) => action.includes("*")) && sid !== "TheAccountOwnsIt").map(({ document, sid }) => `${document} ${sid}`)).toEqual([]);
  });

  it("names its resources, where AWS can name one", () => {
    // In a policy of a resource `*` is that resource, and it has principals.
    const open = allowed.filter(({ resources, principals, condition }) => principals.length === 0 && resources.includes("*") && !isNarrowed(condition));
    expect(open.flatMap(({ document, sid, actions }) => actions.filter((action) => !isNameless(action)).map((action) => `${document} ${sid} ${action}`))).toEqual([]);
  });

  it("lets nobody in whom it does not name", () => {
    expect(allowed.filter(({ principals }) => principals.some(({ type, identifiers }) => type === "*" || identifiers.includes("*"))).map(({ document, sid }) => `${document} ${sid}`)).toEqual([]);
  });

  it("compares a key's names, of which there may be several, with ForAnyValue: AWS compares none otherwise", () => {
    expect(statements.flatMap(({ document, sid, condition }) => condition.filter(({ test, variable }) => variable === "kms:ResourceAliases" && test !== "ForAnyValue:StringEquals").map(() => `${document} ${sid}`))).toEqual([]);
  });

  it("says of each statement what it is for, in one line", () => {
    const raw = z.record(z.string(), z.object({ "//": z.object({ why: z.record(z.string(), z.string().min(10).regex(/^[^\n]+$/)) }) })).parse(stack.json.data["aws_iam_policy_document"]);
    for (const document of documents) expect(Object.keys(raw[document]?.["//"].why ?? {}), document).toEqual(statementsOf(stack, document).map(({ sid }) => sid));
  });

  it("has no statement's name twice, which AWS refuses, nor one with other than letters and digits", () => {
    for (const document of documents) {
      const sids = statementsOf(stack, document).map(({ sid }) => sid);
      expect(new Set(sids).size, document).toBe(sids.length);
      expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    }
  });

  it("is no longer than AWS takes", () => {
    // A role's own policy: 10240 characters; one that is attached: 6144. Names are longer than references here, rarely.
    const sizeOf = (document: string): number => JSON.stringify(statementsOf(stack, document).map(({ sid, effect, actions, resources, condition }) => ({ Sid: sid, Effect: effect, Action: actions, Resource: resources, Condition: condition }))).length;
    for (const document of documents) expect(sizeOf(document), document).toBeLessThan(/^(roles-terraform|boundary)/.test(document) ? 6144 : 10_240);
  });

  it("reads no secret's value, but the roles that start tasks, and within their boundary, which gives nothing by itself", () => {
    const readers = allowed.filter(({ actions }) => actions.some((action) => ["secretsmanager:GetSecretValue", "ssm:GetParameters", "ssm:GetParametersByPath"].includes(action))).map(({ document }) => document);
    expect(readers.filter((document) => !["roles-execution-may", "prepare-database-role-may", "boundary-may"].includes(document))).toEqual([]);
  });
});

it("lets a plan see every kind of resource that is synthesised, so that it does not fail on AWS for a permission", () => {
  const known = new Set(terraformPermissions.flatMap(({ types }) => types));
  const made = stacks.flatMap(([, { json }]) => [...Object.keys(json.resource), ...Object.keys(json.data)]);
  expect([...new Set(made)].filter((type) => !known.has(type) && !["aws_iam_policy_document", "aws_caller_identity", "aws_region", "aws_partition"].includes(type))).toEqual([]);
});

it("lets an apply change every kind of resource of an environment", () => {
  const changed = new Set(terraformPermissions.filter(({ changes }) => changes.length > 0).flatMap(({ types }) => types));
  const made = stacks.slice(2).flatMap(([, { json }]) => Object.keys(json.resource));
  expect([...new Set(made)].filter((type) => !changed.has(type))).toEqual([]);
});

it("lets a plan see and not change: none of its actions makes, puts or deletes", () => {
  for (const { sees, seesAll = [] } of terraformPermissions) expect([...sees, ...seesAll].filter((action) => !/^[\w-]+:(Describe|List|Get|View)\w*$/.test(action))).toEqual([]);
});

describe("the role that applies", () => {
  const own = accountStack({ account: github, environment: { preset: "production" } });
  const statementOf = (sid: string) => statementsOf(own, "roles-apply-may").find((statement) => statement.sid === sid);
  const variablesOf = (sid: string) => statementOf(sid)?.condition.map(({ variable }) => variable);

  it("encrypts files, a disk and the master's secret by an environment's keys, and through their services only", () => {
    expect(statementOf("EncryptByTheKeys")?.actions).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]));
    expect(variablesOf("EncryptByTheKeys")).toEqual(["kms:ViaService", "aws:ResourceTag/project", "aws:ResourceTag/environment"]);
  });

  it("cannot take the audit's keys away: those that the account's stack makes are all named", () => {
    const made = Object.values(z.record(z.string(), z.object({ name: z.string() })).parse(own.json.resource["aws_kms_alias"])).map(({ name }) => name);
    const denied = statementOf("LeaveTheAuditsKeysAlone");
    expect(denied).toMatchObject({ effect: "Deny", actions: expect.arrayContaining(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource"]) as string[] });
    expect(made.length).toBeGreaterThan(3);
    expect(denied?.condition[0]?.values).toEqual(expect.arrayContaining(made));
    expect(statementOf("LeaveTheAuditsKeysTheirNames")?.resources).toEqual(expect.arrayContaining(made.map((name) => expect.stringMatching(new RegExp(`:${name}$`)) as string)));
  });

  it("cannot open the audit's buckets", () => {
    expect(statementOf("LeaveTheAuditAlone")).toMatchObject({ effect: "Deny", actions: expect.arrayContaining(["s3:PutBucketPublicAccessBlock", "s3:PutBucketPolicy", "s3:PutBucketAcl"]) as string[] });
  });
});

describe("the pipeline's permissions", () => {
  const file = z.object({ roles: z.record(z.string(), z.object({ statements: z.array(z.object({ sid: z.string(), actions: z.array(z.string()), resources: z.array(z.string()) })) })) }).parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../permissions.json"), "utf8")));

  it.each([
    ["deploy", "roles-release-may"],
    ["deploy", "roles-jenkins-release-may"],
    ["plan", "roles-plan-may"],
  ])("%s are those of %s, with all names filled in", (role, document) => {
    const statements = statementsOf(accountStack({ account: everything }), document);
    expect(statements.map(({ sid, actions }) => [sid, [...actions].sort()])).toEqual(file.roles[role]?.statements.map(({ sid, actions }) => [sid, [...actions].sort()]));
    expect(JSON.stringify(statements)).not.toMatch(/\{\w+\}/);
  });

  it("are for each repository and secret, and for the roles that gitops.json names", () => {
    const statements = statementsOf(accountStack({ account: everything }), "roles-release-may");
    const resourcesOf = (sid: string) => statements.find((statement) => statement.sid === sid)?.resources;
    expect(resourcesOf("PushImages")).toEqual(Object.values(environmentOf().repositories).map((name) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`));
    expect(resourcesOf("SeeThatSecretsAreThere")).toEqual(["backend", "migration"].map((name) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:notes/database/${name}-??????`));
    expect(resourcesOf("HandRolesToTasks")).toEqual(["arn:aws:iam::111122223333:role/notes-execution", "arn:aws:iam::111122223333:role/notes-task"]);
  });
});
