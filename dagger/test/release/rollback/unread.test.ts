import { StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { readHistory } from "../../../src/release/history.ts";
import { readStatus } from "../../../src/release/status.ts";
import { deny, failing } from "../support/break-calls.ts";
import { back, releasesOf, runs } from "../support/going-back.ts";
import { never, setUp, type Setting } from "../watch/setting.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

async function released(...commits: readonly string[]): Promise<Setting> {
  const setting = await setUp();
  await releasesOf(setting, ...commits);
  return setting;
}
const optionsOf = (setting: Setting) => {
  const { clients, clock, names } = setting.options("");
  return { clients, clock, names, signal: never };
};

it.each([
  ["codedeploy", "ListDeployments", "codedeploy:ListDeployments"],
  ["codedeploy", "BatchGetDeployments", "codedeploy:BatchGetDeployments"],
  ["codedeploy", "GetApplicationRevision", "codedeploy:GetApplicationRevision"],
  ["codedeploy", "GetDeploymentGroup", "codedeploy:GetDeploymentGroup"],
  ["cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms"],
  ["elb", "DescribeListeners", "elasticloadbalancing:DescribeListeners"],
  ["ecs", "DescribeServices", "ecs:DescribeServices"],
] as const)("refuses to go back without %s %s, names it, and changes nothing", async (client, command, action) => {
  const setting = await released(a, b);
  const clients = await setting.clientsAs("notes-deployer");
  await deny(clients, client, command, action);
  await expect(back(setting, { clients })).rejects.toMatchObject({ code: "ACCESS_DENIED", exitCode: 2, happened: expect.stringMatching(new RegExp(`${action}.*Nothing was changed\\.$`)) as string });
  expect(await runs(setting)).toBe(b);
});

it("does not take a shift that was left half way for one that is over", async () => {
  const setting = await released(a, b);
  const { deploymentId } = await setting.deploy(c);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 4);
  await (await setting.clients.codedeploy()).send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }));
  expect(await back(setting, { dryRun: true })).toMatchObject({ plan: { commit: b } });
  await deny(setting.clients, "elb", "DescribeListeners", "elasticloadbalancing:DescribeListeners");
  await expect(back(setting, { dryRun: true })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
});

it("does not go back into an alarm that it cannot see", async () => {
  const setting = await released(a, b);
  setting.inject({ kind: "alarm", alarm: "notes-5xx-alarm" });
  await setting.clock.advance(180_000);
  await failing(setting.clients, "cloudwatch", "DescribeAlarms");
  setting.calls();
  await expect(back(setting)).rejects.toMatchObject({ code: "AWS_FAILED", exitCode: 4, happened: expect.stringMatching(/alarms.*Nothing was changed\.$/) as string });
  expect(setting.calls()).not.toContain("codedeploy:CreateDeployment");
});

it("stops a deployment all the same, for which nothing of the past has to be known", async () => {
  const setting = await released(a);
  const { deploymentId } = await setting.deploy(b);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 2);
  await deny(setting.clients, "cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms");
  expect(await back(setting, { stop: true })).toMatchObject({ exitCode: 0, stopped: deploymentId });
});

it("says what was stopped when it then cannot go to the commit that is named", async () => {
  const setting = await released(a, b);
  const { deploymentId } = await setting.deploy(c);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 2);
  await deny(setting.clients, "codedeploy", "GetDeploymentGroup", "codedeploy:GetDeploymentGroup");
  await expect(back(setting, { stop: true, to: a })).rejects.toMatchObject({ code: "ACCESS_DENIED", happened: expect.stringMatching(new RegExp(`Deployment ${deploymentId} was stopped; nothing else was changed\\.$`)) as string });
});

it("has no history rather than an empty one without ListDeployments, and status says so", async () => {
  const setting = await released(a);
  await deny(setting.clients, "codedeploy", "ListDeployments", "codedeploy:ListDeployments");
  await expect(readHistory(optionsOf(setting))).rejects.toMatchObject({ code: "ACCESS_DENIED", exitCode: 2, happened: expect.stringContaining("codedeploy:ListDeployments") as string });
  expect((await readStatus(optionsOf(setting))).unread).toContainEqual(expect.stringContaining("ended (codedeploy:ListDeployments)"));
});
