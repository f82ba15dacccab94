import { readFileSync, globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { applicationPermissions } from "../../../scripts/application-permissions.ts";
import { permissionsJson } from "../../../scripts/permissions-json.ts";
import { permissionsMarkdown } from "../../../scripts/permissions-markdown.ts";
import { withDeployerPolicy } from "../../../scripts/world-permissions.ts";
import { policyDocument, statementsOf } from "../../../src/release/permissions.ts";
import { startWorld } from "../support/start-world.ts";
import { look, release, worldSecrets } from "./a-release.ts";
import { doAs, withoutEach } from "./prove-policy.ts";

const root = new URL("../../../../", import.meta.url);
const inputs = applicationPermissions(root);
const world = { ...inputs, account: "123456789012", secrets: worldSecrets() };
const [plan, deploy] = [statementsOf("plan", world), statementsOf("deploy", world)];
const actionsOf = (statements: typeof plan): string[] => statements.flatMap(({ actions }) => actions);

describe("with its policy", () => {
  it("a plan is made", async () => {
    await doAs(plan, look);
  });

  it("a release is made, hurried and stopped", async () => {
    await doAs(deploy, release);
  });
});

describe("without one of its actions", () => {
  /** Only a newer rehearsal asks for them, as AWS does. */
  const notAskedHere = ["ecs:TagResource"];

  it("a release fails with a message that names it", { timeout: 240_000 }, async () => {
    const said = await withoutEach(deploy, release);
    expect(said.size).toBe(actionsOf(deploy).length);
    const silent = [...said].filter(([action, message]) => message?.includes(`is not authorized to perform: ${action} `) !== true).map(([action, message]) => `${action}: ${message ?? "nothing was said"}`);
    expect(silent.filter((line) => !notAskedHere.some((action) => line.startsWith(`${action}:`)))).toEqual([]);
  });
});

describe("the policies", () => {
  it("let a plan see, and change nothing", () => {
    expect(actionsOf(plan).filter((action) => !/^[a-z0-9-]+:(Get|List|Describe|BatchGet)[A-Z]/.test(action))).toEqual([]);
    expect(actionsOf(plan)).not.toContain("secretsmanager:GetSecretValue");
  });

  it("do not let a plan release", async () => {
    await expect(doAs(plan, release)).rejects.toThrow("is not authorized to perform: ecr:GetAuthorizationToken");
  });

  it("have no wildcard in an action, no action twice, and every resource where AWS knows one", () => {
    expect(actionsOf(deploy).filter((action) => action.includes("*"))).toEqual([]);
    expect(new Set(actionsOf(deploy)).size).toBe(actionsOf(deploy).length);
    expect(deploy.filter(({ resources, conditions }) => resources.includes("*") && conditions.length === 0).flatMap(({ actions }) => actions)).toEqual([
      // Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
      "ecs:DescribeTaskDefinition",
      "codedeploy:GetDeploymentTarget",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "ecr:GetAuthorizationToken",
      "ecs:RegisterTaskDefinition",
      "codedeploy:StopDeployment",
      "codedeploy:ContinueDeployment",
    ]);
  });

  it("have all that the pipeline calls", () => {
    const services = { "client-ecs": "ecs", "client-codedeploy": "codedeploy", "client-ecr": "ecr", "client-cloudwatch": "cloudwatch", "client-cloudwatch-logs": "logs", "client-elastic-load-balancing-v2": "elasticloadbalancing", "client-secrets-manager": "secretsmanager", "client-sts": "sts" };
    const called = globSync("dagger/src/release/**/*.ts", { cwd: root }).flatMap((file) => {
      const text = readFileSync(new URL(file, root), "utf8");
      const commands = [...text.matchAll(/new ([A-Z][A-Za-z]+)Command\(/g)].map(([, command = ""]) => command);
      return commands.map((command) => {
        const [, from = ""] = new RegExp(`\\b${command}Command\\b[^;]*?(?:from|import\\()\\s*"@aws-sdk/(client-[a-z0-9-]+)"`, "s").exec(text) ?? [];
        return `${services[from as keyof typeof services]}:${command}`;
      });
    });
    expect(called.length).toBeGreaterThan(15);
    // Nobody may be refused the one; the other is what the role's trust is for, and asked without any role.
    const needNone = ["sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity"];
    expect([...new Set(called)].filter((action) => !actionsOf(deploy).includes(action) && !needNone.includes(action))).toEqual([]);
  });

  it("are not about what an application does not have", () => {
    expect(statementsOf("deploy", { ...inputs, secrets: [], logGroups: [] }).map(({ sid }) => sid)).not.toEqual(expect.arrayContaining(["SeeThatSecretsAreThere"]));
  });

  it("are documents that IAM takes", () => {
    expect(policyDocument(deploy.filter(({ sid }) => sid === "HandRolesToTasks"))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Sid: "HandRolesToTasks", Effect: "Allow", Action: ["iam:PassRole"], Resource: ["arn:aws:iam::123456789012:role/notes-execution", "arn:aws:iam::123456789012:role/notes-task"], Condition: { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] } } }],
    });
    // An inline policy of a role has at most 10,240 characters without white space, a managed one 6,144.
    expect(JSON.stringify(policyDocument(deploy)).length).toBeLessThan(6144);
  });
});

describe("docs/permissions.md", () => {
  it("is what the data gives (else: npm run schemas)", () => {
    expect(readFileSync(new URL("docs/permissions.md", root), "utf8")).toBe(permissionsMarkdown(inputs));
  });
});

describe("the world of the rehearsal", () => {
  it("lets whoever releases do what a release needs, and no more (else: npm run schemas)", () => {
    const text = readFileSync(new URL("ci/rehearsal/worlds/notes.tf.json", root), "utf8");
    expect(text).toBe(withDeployerPolicy(text, inputs));
  });

  it("is enough for a release", async () => {
    const started = await startWorld();
    await release(await started.clientsAs("notes-deployer"), started);
  });
});

describe("cdktf/permissions.json", () => {
  const text = readFileSync(new URL("cdktf/permissions.json", root), "utf8");
  const file = z.object({ placeholders: z.record(z.string(), z.string()), lists: z.record(z.string(), z.string()), roles: z.record(z.string(), z.object({ statements: z.array(z.unknown()) })) }).parse(JSON.parse(text));

  it("is what the data gives (else: npm run schemas)", () => {
    expect(text).toBe(permissionsJson());
  });

  it("names each of its placeholders, and has no other", () => {
    const used = new Set([...JSON.stringify(file.roles).matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name = ""]) => name));
    expect([...used].sort()).toEqual(Object.keys({ ...file.placeholders, ...file.lists }).sort());
  });

  it("filled in is the very policy of a release", () => {
    const fill = (value: string, given: Record<string, string>): string => value.replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) => given[name] ?? whole);
    const scalars = { partition: "aws", account: world.account, region: world.region, ...world.names };
    const lists: Record<string, readonly string[]> = { repository: world.repositories, secret: world.secrets, logGroup: world.logGroups };
    const spread = (resource: string): string[] => {
      const list = Object.keys(lists).find((name) => resource.includes(`{${name}}`));
      return list === undefined ? [resource] : (lists[list] ?? []).map((value) => fill(resource, { [list]: value }));
    };
    const role = (name: string) => z.array(z.looseObject({ resources: z.array(z.string()) })).parse(file.roles[name]?.statements).map((statement) => ({ ...statement, resources: statement.resources.flatMap(spread) }));
    expect(JSON.parse(fill(JSON.stringify(role("deploy")), scalars))).toEqual(deploy);
    expect(JSON.parse(fill(JSON.stringify(role("plan")), scalars))).toEqual(plan);
  });
});
