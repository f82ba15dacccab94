import { StopDeploymentCommand, type ECSTarget } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { listenerArn, targetGroupArn } from "../services/codedeploy/cloud-double.ts";
import { groupInput, setUp, type Setting } from "../services/codedeploy/setting.ts";
import { eventNames } from "../../src/services/codedeploy/state.ts";
import { codedeploySlice, type DeploymentRecord } from "../../src/services/codedeploy/state.ts";

/** Every lifecycle event, and the waits beside them. */
const places = [...eventNames, "ReadyWait", "TerminationWait"] as const;

const waiting = groupInput({
  blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 60 }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 5 } },
});

const recordOf = ({ rehearsal }: Setting, id: string | undefined): DeploymentRecord => {
  const found = rehearsal.parts.world.slice(codedeploySlice).deployments.find((deployment) => deployment.id === id);
  if (found === undefined) throw new Error(`no deployment ${String(id)}`);
  return found;
};

/** Brings a deployment there. AllowTestTraffic takes no time: there the record itself is looked at before it is over. */
async function bring(setting: Setting, place: (typeof places)[number]): Promise<string> {
  const id = await setting.deploy();
  if (place === "AllowTestTraffic") {
    await setting.until(id, "AfterInstall");
    Object.assign(recordOf(setting, id), { stage: "AllowTestTraffic" });
    const [, , afterInstall, allowTestTraffic] = recordOf(setting, id).events;
    if (afterInstall !== undefined) afterInstall.status = "Succeeded";
    if (allowTestTraffic !== undefined) allowTestTraffic.status = "InProgress";
    return id;
  }
  if (places.indexOf(place) > places.indexOf("AfterAllowTestTraffic") && place !== "ReadyWait") {
    await setting.until(id, "ReadyWait");
    await setting.clock.advance(0);
    const { ContinueDeploymentCommand } = await import("@aws-sdk/client-codedeploy");
    await setting.client.send(new ContinueDeploymentCommand({ deploymentId: id }));
  }
  await setting.until(id, place);
  if (place === "AllowTraffic") await setting.clock.advance(150_000);
  return id;
}

function expectCourse({ lifecycleEvents = [] }: ECSTarget, place: string): void {
  const statuses = lifecycleEvents.map(({ status }) => status);
  const running = eventNames.findIndex((name) => name === place);
  if (running >= 0) expect(statuses).toEqual(eventNames.map((_name, index) => (index < running ? "Succeeded" : index === running ? "Failed" : "Skipped")));
  expect(statuses).not.toContain("Pending");
  expect(statuses).not.toContain("InProgress");
}

function expectAllOnBlue({ cloud }: Setting): void {
  expect(cloud.productionPercent("blue")).toBe(100);
  expect(cloud.forwardOf(listenerArn("test"))).toEqual([{ targetGroupArn: targetGroupArn("blue"), weight: 1 }]);
  expect(cloud.taskSets[0]).toMatchObject({ status: "PRIMARY", desiredCount: 2, runningCount: 2, targetGroupArns: [targetGroupArn("blue")] });
  for (const green of cloud.taskSets.slice(1)) expect(green).toMatchObject({ status: "DRAINING", desiredCount: 0 });
  expect(cloud.candidatePercent).toBe(0);
}

it.each(places)("is stopped in %s with a rollback as a second record, and all traffic is on blue again", async (place) => {
  const setting = await setUp({ group: waiting });
  const id = await bring(setting, place);
  expect(await setting.client.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }))).toMatchObject({ status: "Succeeded" });
  const stopped = await setting.info(id);
  const rollbackId = stopped.rollbackInfo?.rollbackDeploymentId ?? "";
  expect(stopped).toMatchObject({ status: "Stopped", errorInformation: { code: "MANUAL_STOP" }, rollbackInfo: { rollbackMessage: `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.` } });
  await setting.untilOver();
  expect(await setting.info(rollbackId)).toMatchObject({
    status: "Succeeded",
    creator: "codeDeployRollback",
    deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    rollbackInfo: { rollbackTriggeringDeploymentId: id, rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${id}.` },
  });
  expectAllOnBlue(setting);
  expectCourse(await setting.target(id), place);
});

it.each(places)("is stopped in %s without a rollback, and everything stays as it is", async (place) => {
  const setting = await setUp({ group: waiting });
  const id = await bring(setting, place);
  const before = structuredClone([setting.cloud.taskSets, [...setting.cloud.forwards]]);
  await setting.client.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: false }));
  expect([setting.cloud.taskSets, [...setting.cloud.forwards]]).toEqual(before);
  expect(await setting.info(id)).toMatchObject({ status: "Stopped", rollbackInfo: {}, deploymentOverview: { Failed: 1 } });
  expectCourse(await setting.target(id), place);
  // Nothing is left going, and the next one takes over from the primary task set.
  const next = await setting.deploy();
  await setting.until(next, "ReadyWait");
  expect(setting.cloud.taskSets.filter(({ status }) => status !== "DRAINING").map(({ status }) => status)).toEqual(["PRIMARY", "ACTIVE"]);
});

it.each(places)("is stopped by an alarm in %s, within a poll of ten seconds", async (place) => {
  const setting = await setUp({ group: waiting });
  const id = await bring(setting, place);
  setting.cloud.alarms.set("errors", "ALARM");
  const atMs = setting.clock.now();
  await setting.clock.advance(10_000);
  expect(await setting.info(id)).toMatchObject({
    status: "Stopped",
    errorInformation: { code: "ALARM_ACTIVE", message: "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors>" },
  });
  await setting.untilOver();
  expect(setting.clock.now() - atMs).toBeLessThanOrEqual(12_000);
  expectAllOnBlue(setting);
});

it("is stopped at once by an alarm that is in ALARM already, before anything is made", async () => {
  const setting = await setUp();
  setting.cloud.alarms.set("errors", "ALARM");
  const id = await setting.deploy();
  await setting.clock.advance(1000);
  expect(await setting.info(id)).toMatchObject({ status: "Stopped", errorInformation: { code: "ALARM_ACTIVE" }, rollbackInfo: { rollbackDeploymentId: expect.any(String) as string } });
  await setting.untilOver();
  expect(setting.cloud.taskSets).toHaveLength(1);
});

it("goes on where the deployment itself turns the alarms off", async () => {
  const setting = await setUp();
  setting.cloud.alarms.set("errors", "ALARM");
  const id = await setting.deploy({ overrideAlarmConfiguration: { enabled: false } });
  await setting.untilOver();
  expect(await setting.info(id)).toMatchObject({ status: "Succeeded", overrideAlarmConfiguration: { enabled: false } });
});

it.each([
  ["is stopped by", false, "Stopped"],
  ["ignores, when told so,", true, "Succeeded"],
] as const)("%s an alarm whose state cannot be read", async (_what, ignorePollAlarmFailure, status) => {
  const setting = await setUp({ group: groupInput({ alarmConfiguration: { enabled: true, ignorePollAlarmFailure, alarms: [{ name: "gone" }] } }) });
  const id = await setting.deploy();
  await setting.untilOver();
  expect((await setting.info(id)).status).toBe(status);
});

it("succeeds and cannot be stopped any more once blue is gone: the way back is a new deployment", async () => {
  const setting = await setUp();
  const id = await setting.deploy();
  await setting.untilOver();
  await expect(setting.client.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }))).rejects.toMatchObject({ name: "DeploymentAlreadyCompletedException" });
});
