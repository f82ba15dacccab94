import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetApplicationRevisionCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { apply, type Applied } from "../../../src/release/apply.ts";
import type { AwsClients } from "../../../src/release/aws/clients.ts";
import { makePlan } from "../../../src/release/make-plan.ts";
import type { Plan } from "../../../src/release/plan.ts";
import { ReleaseError } from "../../../src/release/release-error.ts";
import type { Want } from "../../../src/release/want.ts";
import { aWant, commitA, commitB, haveOf } from "../support/a-want.ts";
import { startWorld, type StartedWorld, type WorldJson } from "../support/start-world.ts";

const choices = { isAncestor: undefined, allowOlder: false };
const planOf = async (world: StartedWorld, want: Want): Promise<Plan> => makePlan(want, await haveOf(world, want), choices);

async function applying(plan: Plan, want: Want, clients: AwsClients, events: unknown[] = []): Promise<Applied> {
  return apply(plan, want, { clients, emit: (event) => events.push(event), signal: new AbortController().signal });
}
const failing = async (plan: Plan, want: Want, clients: AwsClients): Promise<ReleaseError> => applying(plan, want, clients).then(() => expect.fail("it did not fail"), (error: unknown) => (error instanceof ReleaseError ? error : expect.fail(String(error))));

/** Takes an action from the deployer's role. */
const without = (action: string) => ({ data }: WorldJson): void => {
  const statements = (data["aws_iam_policy_document"]?.["deployer"]?.["statement"] ?? []) as { actions: string[] }[];
  for (const statement of statements) statement.actions = statement.actions.map((one) => (one === action ? "sts:GetCallerIdentity" : one));
};

it("registers the revision, keeps its images and begins the deployment, in that order", async () => {
  const world = await startWorld();
  const want = aWant(world);
  const plan = await planOf(world, want);
  world.calls();
  const events: unknown[] = [];
  const { deploymentId, taskDefinitionArn } = await applying(plan, want, await world.clientsAs("notes-deployer"), events);
  expect(world.calls().filter((call) => call !== "sts:AssumeRole")).toEqual(["ecs:RegisterTaskDefinition", ...Object.keys(want.images).map(() => "ecr:BatchGetImage"), "codedeploy:CreateDeployment"]);
  expect(events).toEqual([
    { kind: "task-definition-registered", arn: taskDefinitionArn },
    { kind: "deployment", deploymentId, how: "created" },
  ]);
  const { tags } = await (await world.clients.ecs()).send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn, include: ["TAGS"] }));
  expect(tags).toContainEqual({ key: "gitops:commit", value: commitA });
  const codedeploy = await world.clients.codedeploy();
  const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo?.description).toContain(commitA);
  const { revision } = await codedeploy.send(new GetApplicationRevisionCommand({ applicationName: "notes", revision: deploymentInfo?.revision }));
  expect(revision?.appSpecContent?.content).toContain(`"TaskDefinition":"${taskDefinitionArn ?? ""}"`);
  await world.untilOver();
  expect((await codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo?.status).toBe("Succeeded");
});

it("follows what is followed, and does nothing where nothing is to be done", async () => {
  const world = await startWorld();
  const want = aWant(world);
  const { deploymentId } = await applying(await planOf(world, want), want, world.clients);
  const plan = await planOf(world, want);
  world.calls();
  const events: unknown[] = [];
  expect(await applying(plan, want, world.clients, events)).toEqual({ deploymentId, taskDefinitionArn: undefined });
  expect(events).toEqual([{ kind: "deployment", deploymentId, how: "followed" }]);
  await world.untilOver();
  expect(await applying(await planOf(world, want), want, world.clients)).toEqual({ deploymentId: undefined, taskDefinitionArn: undefined });
  expect(world.calls()).not.toContain("codedeploy:CreateDeployment");
});

it("changes nothing when it may not register, and names the action and who asked", async () => {
  const world = await startWorld({ change: without("ecs:RegisterTaskDefinition") });
  const want = aWant(world);
  const error = await failing(await planOf(world, want), want, await world.clientsAs("notes-deployer"));
  expect(error).toMatchObject({ code: "ACCESS_DENIED", exitCode: 2, happened: "arn:aws:sts::123456789012:assumed-role/notes-deployer/release-test may not do ecs:RegisterTaskDefinition on arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:*. Nothing was changed." });
});

it("says that a revision was registered when it may not deploy it; the next run uses that revision", async () => {
  const world = await startWorld({ change: without("codedeploy:CreateDeployment") });
  const want = aWant(world);
  const error = await failing(await planOf(world, want), want, await world.clientsAs("notes-deployer"));
  expect(error.code).toBe("ACCESS_DENIED");
  expect(error.happened).toMatch(/may not do codedeploy:CreateDeployment on arn:.*deploymentgroup:notes\/notes-dg\. The task definition notes-task:2 is registered and not used; no deployment was created, and traffic is where it was\.$/);
  const plan = await planOf(world, want);
  expect(plan.actions[0]).toMatchObject({ kind: "use-task-definition" });
  expect((await applying(plan, want, world.clients)).taskDefinitionArn).toMatch(/notes-task:2$/);
});

it("names the deployment that another run began a moment before", async () => {
  const world = await startWorld();
  const [first, second] = [aWant(world), aWant(world, commitB)];
  const plan = await planOf(world, second);
  const { deploymentId } = await applying(await planOf(world, first), first, world.clients);
  const error = await failing(plan, second, world.clients);
  expect(error).toMatchObject({ code: "DEPLOYMENT_RUNS", exitCode: 2 });
  expect(error.happened).toContain(`Another deployment of this service began a moment before: ${deploymentId ?? ""}.`);
});

it("takes up its own deployment when CodeDeploy refuses a second one of the same", async () => {
  const world = await startWorld();
  const want = aWant(world);
  const { deploymentId, taskDefinitionArn = "" } = await applying(await planOf(world, want), want, world.clients);
  const create: Plan = { kind: "release", commit: commitA, tag: want.tag, fromCommit: undefined, changes: [], notes: [], actions: [{ kind: "use-task-definition", arn: taskDefinitionArn }, { kind: "create-deployment", application: "notes", deploymentGroup: "notes-dg", description: `release ${commitA} by ${want.by}` }] };
  expect(await applying(create, want, world.clients)).toEqual({ deploymentId, taskDefinitionArn });
});

it("says in ECS's words what ECS does not take", async () => {
  const world = await startWorld();
  const want = aWant(world, commitA, (body) => ({ ...body, cpu: "256", memory: "4096" }));
  expect(await failing(await planOf(world, want), want, world.clients)).toMatchObject({ code: "BAD_TEMPLATE", happened: expect.stringContaining("No Fargate configuration exists for given values. Nothing was changed.") as string });
});

it.each<[string, readonly string[], object]>([
  ["was not created, where CodeDeploy then shows none", ["CreateDeployment"], { code: "AWS_FAILED", exitCode: 4, happened: expect.stringContaining("no deployment was created, and traffic is where it was.") as string }],
  ["is not known to run, where CodeDeploy answers nothing at all", ["CreateDeployment", "ListDeployments"], { code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining("it is not known whether one runs, and traffic may move.") as string }],
])("says that a deployment %s", async (_what, operations, said) => {
  const world = await startWorld();
  const want = aWant(world);
  const plan = await planOf(world, want);
  for (const operation of operations) world.inject({ kind: "api-error", how: "500", service: "codedeploy", operation });
  expect(await failing(plan, want, world.clients)).toMatchObject(said);
});

it("goes through although a third of its calls is throttled", async () => {
  const world = await startWorld();
  const want = aWant(world);
  world.inject({ kind: "throttle", share: 0.3 });
  expect((await applying(await planOf(world, want), want, world.clients)).deploymentId).toMatch(/^d-/);
});
