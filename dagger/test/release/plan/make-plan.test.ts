import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { apply } from "../../../src/release/apply.ts";
import type { Have } from "../../../src/release/have.ts";
import { makePlan, type PlanChoices } from "../../../src/release/make-plan.ts";
import { ReleaseError } from "../../../src/release/release-error.ts";
import type { Want } from "../../../src/release/want.ts";
import { aWant, commitA, commitB, haveOf } from "../support/a-want.ts";
import { startWorld, type StartedWorld } from "../support/start-world.ts";

const newer: PlanChoices = { isAncestor: false, allowOlder: false };
const kinds = (want: Want, have: Have, choices = newer): string[] => makePlan(want, have, choices).actions.map(({ kind }) => kind);
const refusal = (want: Want, have: Have, choices = newer): ReleaseError => {
  try {
    makePlan(want, have, choices);
  } catch (error) {
    if (error instanceof ReleaseError) return error;
  }
  return expect.fail("it was not refused");
};

/** Releases it, and returns the deployment's id. */
async function release(world: StartedWorld, want: Want): Promise<string> {
  const plan = makePlan(want, await haveOf(world, want), newer);
  const { deploymentId = "" } = await apply(plan, want, { clients: world.clients, emit: () => undefined, signal: new AbortController().signal });
  return deploymentId;
}

describe("a plan", () => {
  it("registers and deploys at the first release, with the commit, who and when on the revision", async () => {
    const world = await startWorld();
    const want = aWant(world);
    const have = await haveOf(world, want);
    const plan = makePlan(want, have, { isAncestor: undefined, allowOlder: false });
    expect(plan).toMatchObject({ kind: "release", commit: commitA, tag: "aaaaaaa", fromCommit: undefined });
    expect(plan.actions).toEqual([
      { kind: "register-task-definition", family: "notes-task", body: want.taskDefinition, tags: { "gitops:commit": commitA, "gitops:tag": "aaaaaaa", "gitops:by": "Jane Doe jane@example.org", "gitops:at": new Date(have.atMs).toISOString() } },
      { kind: "keep-images", images: Object.entries(want.images).map(([service, image]) => ({ repository: `notes-${service}`, digest: image.split("@")[1] })) },
      { kind: "create-deployment", application: "notes", deploymentGroup: "notes-dg", description: `release ${commitA} by Jane Doe <jane@example.org>` },
    ]);
    expect(plan.notes).toEqual(["What runs bears no commit: it was not released by this pipeline.", "Traffic goes over by CodeDeployDefault.ECSLinear10PercentEvery1Minutes."]);
    expect(plan.changes[0]).toEqual({ path: "containers.backend", to: want.images["backend"] });
    expect(plan.changes).toContainEqual({ path: "cpu", from: "256", to: "512" });
  });

  it("has nothing to do once that runs: what ECS shows of the definition and the swapped target groups are no difference", async () => {
    const world = await startWorld();
    const want = aWant(world);
    await release(world, want);
    await world.untilOver();
    const have = await haveOf(world, want);
    expect(have.service?.taskSets.find(({ status }) => status === "PRIMARY")?.targetGroupArn).toContain("notes-green");
    expect(makePlan(want, have, newer)).toMatchObject({ fromCommit: commitA, changes: [], actions: [] });
  });

  it("shows old and new images, and each field by its container's name, of the next commit", async () => {
    const world = await startWorld();
    const first = aWant(world);
    await release(world, first);
    await world.untilOver();
    const second = aWant(world, commitB, (body) => ({ ...body, memory: "2 GB", containerDefinitions: JSON.parse(JSON.stringify(body["containerDefinitions"]).replace('"info"', '"debug"')) as never }));
    const plan = makePlan(second, await haveOf(world, second), newer);
    expect(plan.fromCommit).toBe(commitA);
    expect(plan.changes).toEqual([
      { path: "containers.backend.image", from: first.images["backend"], to: second.images["backend"] },
      { path: "containers.proxy.image", from: first.images["proxy"], to: second.images["proxy"] },
      { path: "containers.backend.environment.LOG_LEVEL", from: "info", to: "debug" },
      { path: "memory", from: "1024", to: "2048" },
    ]);
  });

  it("uses a revision that an interrupted run has left", async () => {
    const world = await startWorld();
    const want = aWant(world);
    const [register] = makePlan(want, await haveOf(world, want), newer).actions;
    if (register?.kind !== "register-task-definition") expect.fail("nothing is registered");
    const tags = Object.entries(register.tags).map(([key, value]) => ({ key, value }));
    await (await world.clients.ecs()).send(new RegisterTaskDefinitionCommand({ ...(register.body as never as object), family: register.family, tags, containerDefinitions: register.body["containerDefinitions"] as never }));
    const [action] = makePlan(want, await haveOf(world, want), newer).actions;
    expect(action).toEqual({ kind: "use-task-definition", arn: expect.stringMatching(/notes-task:2$/) as string });
  });

  it("does not use one of the same commit whose definition is another", async () => {
    const world = await startWorld();
    await release(world, aWant(world));
    await world.untilOver();
    const other = aWant(world, commitA, (body) => ({ ...body, memory: "2048" }));
    expect(kinds(other, await haveOf(world, other))).toEqual(["register-task-definition", "keep-images", "create-deployment"]);
  });

  it("follows a running deployment of the same commit", async () => {
    const world = await startWorld();
    const want = aWant(world);
    const deploymentId = await release(world, want);
    expect(makePlan(want, await haveOf(world, want), newer).actions).toEqual([{ kind: "follow-deployment", deploymentId }]);
  });

  it("refuses beside another deployment, and names it, its commit and whose it is", async () => {
    const world = await startWorld();
    const deploymentId = await release(world, aWant(world));
    const want = aWant(world, commitB);
    const error = refusal(want, await haveOf(world, want));
    expect(error).toMatchObject({ code: "DEPLOYMENT_RUNS", exitCode: 2 });
    expect(error.happened).toMatch(new RegExp(`^Deployment ${deploymentId} of this service runs: a release of aaaaaaa by Jane Doe <jane@example.org>, since 2026-.*Nothing was changed\\.$`));
  });

  it("refuses an older commit unless that is allowed, and says so then", async () => {
    const world = await startWorld();
    await release(world, aWant(world, commitB));
    await world.untilOver();
    const want = aWant(world);
    const have = await haveOf(world, want);
    expect(refusal(want, have, { isAncestor: true, allowOlder: false })).toMatchObject({ code: "OLDER_COMMIT", exitCode: 2, happened: "aaaaaaa is older than what runs: bbbbbbb has it among its ancestors. Nothing was changed." });
    expect(makePlan(want, have, { isAncestor: true, allowOlder: true }).notes).toContain("aaaaaaa is older than bbbbbbb, which runs, and replaces it because it was asked for.");
    expect(makePlan(want, have, { isAncestor: undefined, allowOlder: false }).notes[0]).toContain("Git cannot tell whether");
    expect(makePlan(want, have, { isAncestor: false, allowOlder: false }).notes).toEqual(["Traffic goes over by CodeDeployDefault.ECSLinear10PercentEvery1Minutes."]);
  });

  it("shows hooks that come and go", async () => {
    const world = await startWorld();
    const want = aWant(world);
    const hooked = { ...want, settings: { ...want.settings, hooks: { AfterAllowTestTraffic: "CodeDeployHook_notes-probe" } } };
    await release(world, hooked);
    await world.untilOver();
    const have = await haveOf(world, want);
    expect(makePlan(hooked, have, newer).changes).toEqual([]);
    expect(makePlan({ ...want, settings: { ...want.settings, hooks: { BeforeAllowTraffic: "other" } } }, have, newer).changes).toEqual([
      { path: "deployment.hooks.AfterAllowTestTraffic", from: "CodeDeployHook_notes-probe" },
      { path: "deployment.hooks.BeforeAllowTraffic", to: "other" },
    ]);
  });

  it("shows another deployment configuration, container and port, which alone deploy nothing", async () => {
    const world = await startWorld();
    const want = aWant(world);
    await release(world, want);
    await world.untilOver();
    const have = await haveOf(world, want);
    if (have.group === undefined) expect.fail("there is no group");
    const plan = makePlan({ ...want, settings: { ...want.settings, port: 8081 } }, { ...have, group: { ...have.group, deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes" } }, newer);
    expect(plan.changes).toEqual([
      { path: "deployment.configuration", from: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes", to: "CodeDeployDefault.ECSCanary10Percent5Minutes" },
      { path: "deployment.port", from: "8080", to: "8081" },
    ]);
    expect(plan.actions).toEqual([]);
  });
});
