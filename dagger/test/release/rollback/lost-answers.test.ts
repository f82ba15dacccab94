import { expect, it } from "vitest";
import { cutOff, loseAnswer } from "../support/break-calls.ts";
import { back, releasesOf, runs } from "../support/going-back.ts";
import { setUp, type Setting } from "../watch/setting.ts";

const [a, b] = ["a", "b"].map((digit) => digit.repeat(40)) as [string, string];

async function released(...commits: readonly string[]): Promise<Setting> {
  const setting = await setUp();
  await releasesOf(setting, ...commits);
  return setting;
}

async function shifting(): Promise<Setting & { readonly deploymentId: string }> {
  const setting = await released(a);
  const { deploymentId } = await setting.deploy(b);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 4);
  return { ...setting, deploymentId };
}

it.each([
  ["was lost, and CodeDeploy refuses the second try because of the first", loseAnswer],
  ["never came", cutOff],
])("takes up its own rollback when the answer to it %s", async (_what, lose) => {
  const setting = await released(a, b);
  await lose(setting.clients, "codedeploy", "CreateDeployment");
  expect(await back(setting)).toMatchObject({ exitCode: 0, plan: { commit: a }, outcome: { kind: "released" } });
  expect(setting.events).toContainEqual(expect.objectContaining({ kind: "deployment", how: "followed" }));
  expect(await runs(setting)).toBe(a);
});

it("does not say that nothing was changed where CodeDeploy can no longer be asked", async () => {
  const setting = await released(a, b);
  const clients = { ...setting.clients };
  await cutOff(clients, "codedeploy", "CreateDeployment");
  const warnings = async (): Promise<readonly string[]> => {
    await cutOff(clients, "codedeploy", "ListDeployments", false);
    return [];
  };
  await expect(back(setting, { warnings })).rejects.toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining("it is not known whether one runs, and traffic may move.") as string });
});

it("says that nothing was changed where CodeDeploy shows that no rollback began", async () => {
  const setting = await released(a, b);
  await cutOff(setting.clients, "codedeploy", "CreateDeployment", false);
  await expect(back(setting)).rejects.toMatchObject({ code: "ENDPOINT_UNREACHABLE", exitCode: 2, happened: expect.stringContaining("No deployment was created; nothing was changed.") as string });
  expect(await runs(setting)).toBe(b);
});

it("names the deployment that somebody else began a moment before", async () => {
  const setting = await released(a, b);
  let other = "";
  const warnings = async (): Promise<readonly string[]> => {
    other = (await setting.deploy("c".repeat(40))).deploymentId;
    return [];
  };
  const error: unknown = await back(setting, { warnings }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "DEPLOYMENT_RUNS", exitCode: 2, happened: `Another deployment of this service began a moment before: ${other}. No deployment was created; nothing was changed.` });
});

it.each([
  ["was lost, and CodeDeploy says at the second try that it is over already", loseAnswer],
  ["never came", cutOff],
])("has stopped a deployment, and waits for its traffic, when the answer %s", async (_what, lose) => {
  const setting = await shifting();
  await lose(setting.clients, "codedeploy", "StopDeployment");
  expect(await back(setting, { stop: true })).toMatchObject({ exitCode: 0, stopped: setting.deploymentId, outcome: { kind: "rolled-back", errorCode: "MANUAL_STOP" } });
  expect(setting.events).toContainEqual(expect.objectContaining({ kind: "stopped", deploymentId: setting.deploymentId }));
  expect(await runs(setting)).toBe(a);
});

it.each([
  ["still shows it as running", false, "it is not known whether it will stop"],
  ["shows nothing at all", true, "it is not known whether it was stopped"],
])("does not say that a deployment was not stopped where CodeDeploy %s", async (_what, alsoReading, words) => {
  const setting = await shifting();
  await cutOff(setting.clients, "codedeploy", "StopDeployment", alsoReading);
  if (alsoReading) await cutOff(setting.clients, "codedeploy", "GetDeployment", false);
  await expect(back(setting, { stop: true })).rejects.toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining(words) as string });
});
