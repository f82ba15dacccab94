import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { nameOf } from "../src/protocol/schema.ts";
import { services } from "../src/services/registry.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The services of a row, by the scope that their calls are signed for. */
const rows: Readonly<Record<string, readonly string[]>> = {
  STS: ["sts"],
  ECR: ["ecr"],
  ECS: ["ecs"],
  ELBv2: ["elasticloadbalancing"],
  CloudWatch: ["monitoring"],
  CodeDeploy: ["codedeploy"],
  "CloudWatch Logs": ["logs"],
  "Secrets Manager, SSM": ["secretsmanager", "ssm"],
  IAM: [],
};

/** Words that stand for a group of operations. Null: for none. */
const words: Readonly<Record<string, RegExp | null>> = {
  tags: /Tags$|^(T|Unt)ag|TagsForResource$/,
  deletions: /^Delete/,
  "lifecycle policies": /LifecyclePolicy$/,
  "the registry at `/v2/`": null,
  "clusters and their capacity providers": /Cluster(s|CapacityProviders)?$/,
  "services (CODE_DEPLOY, EXTERNAL)": /^(Create|Update|Describe|List)Services?$/,
  "task definitions with Fargate's validations": /TaskDefinition(s|Families)?$/,
  "task sets": /TaskSets?$/,
  tasks: /^(Describe|List|Stop)Tasks?$/,
  "load balancers": /LoadBalancers?$/,
  "target groups": /TargetGroups?$/,
  "attributes of both": /Attributes$/,
  listeners: /Listeners?$/,
  rules: /Rules?$|RulePriorities$/,
  "targets and their health": /Targets$|TargetHealth$/,
  "metric and composite alarms": /Alarms?$|AlarmsForMetric$|AlarmActions$/,
  history: /AlarmHistory$/,
  applications: /Applications?$/,
  configurations: /DeploymentConfigs?$/,
  revisions: /Revisions?$/,
  deployments: /(Create|Get|List|BatchGet)Deployments?$/,
  targets: /DeploymentTargets?$/,
  stop: /^StopDeployment$/,
  continue: /^ContinueDeployment$/,
  "hooks' answers": /HookExecutionStatus$/,
  "GetParameter(s)": /^GetParameters?$/,
  "none: roles come from Terraform": null,
};

/** Of the groups that two services have by the same word. */
const ownWords: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  CodeDeploy: { groups: /DeploymentGroups?$/ },
  "CloudWatch Logs": { groups: /LogGroups?$/, streams: /LogStreams?$/ },
};

const table = readme.slice(readme.indexOf("## What it has, and what is simplified"), readme.indexOf("## Differs from AWS"));
const told = table
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .flatMap(([, title, cell]) => (title === undefined || cell === undefined || title === "service" || title === "---" ? [] : [[title, cell] as const]));

const phrasesOf = (cell: string): string[] => cell.replace(/ \(\d+ operations\)$/, "").split(/[,;] (?![^(]*\))/);

it("tells of each service that there is, and of no other", () => {
  expect(told.map(([title]) => title).toSorted()).toEqual(Object.keys(rows).toSorted());
  expect(Object.values(rows).flat().toSorted()).toEqual(Object.keys(services).toSorted());
});

it.each(told)("names each operation of %s, and none that does not exist", async (title, cell) => {
  const loaded = await Promise.all((rows[title] ?? []).map(async (scope) => services[scope]?.load()));
  const operations = loaded.flatMap((service) => service?.operations.map(({ schema }) => nameOf(schema)) ?? []);
  const isCovered = (operation: string, phrase: string): boolean => operation === phrase || (ownWords[title]?.[phrase] ?? words[phrase] ?? undefined)?.test(operation) === true;
  const phrases = phrasesOf(cell);
  expect(operations.filter((operation) => !phrases.some((phrase) => isCovered(operation, phrase)))).toEqual([]);
  expect(phrases.filter((phrase) => words[phrase] !== null && !operations.some((operation) => isCovered(operation, phrase)))).toEqual([]);
  const count = /\((\d+) operations\)$/.exec(cell)?.[1];
  if (count !== undefined) expect(Number(count)).toBe(operations.length);
});
