import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { ContinueDeploymentCommand, GetDeploymentCommand, GetDeploymentTargetCommand, PutLifecycleEventHookExecutionStatusCommand, StopDeploymentCommand, type DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { expect, it, onTestFinished } from "vitest";
import { faults } from "../../src/faults/faults.ts";
import { codedeploySlice, eventNames, type DeploymentRecord } from "../../src/services/codedeploy/state.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { elbv2State, groupsOf } from "../../src/services/elbv2/state.ts";
import { startHooks } from "./stage/hooks.ts";
import { perform } from "./stage/perform.ts";
import { Stage } from "./stage/stage.ts";

/** On the rehearsal's own ECS, load balancer and alarms: every lifecycle event, and the two waits. */
const places = [...eventNames, "ReadyWait", "TerminationWait"] as const;
type Place = (typeof places)[number];

async function setStage(): Promise<Stage> {
  const stage = await Stage.set({ hasTestListener: true, waitsForReady: true, rollsBack: true, terminationWaitTimeInMinutes: 3 }, await startHooks());
  onTestFinished(async () => {
    await stage.stop();
    expect(stage.promises.broken).toEqual([]);
  });
  return stage;
}

const deployments = ({ parts }: Stage): readonly DeploymentRecord[] => parts.world.slice(codedeploySlice).deployments;

const info = async ({ clients }: Stage, deploymentId: string | undefined): Promise<DeploymentInfo> => (await clients.codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo ?? {};

const resume = async (stage: Stage, deploymentWaitType: "READY_WAIT" | "TERMINATION_WAIT"): Promise<unknown> => stage.clients.codedeploy.send(new ContinueDeploymentCommand({ deploymentId: deployments(stage)[0]?.id, deploymentWaitType }));

/** Brings a deployment there, and returns its id. */
async function bring(stage: Stage, place: Place): Promise<string> {
  const hook = place === "AllowTestTraffic" ? ({ event: "AfterInstall", name: "later" } as const) : undefined;
  await perform(stage, { kind: "deploy", image: "web", config: undefined, hook, appSpec: "whole" });
  if (place === "AllowTestTraffic") await waitForHealth(stage);
  if (places.indexOf(place) > places.indexOf("AfterAllowTestTraffic") && place !== "ReadyWait") {
    await stage.until("ReadyWait");
    await resume(stage, "READY_WAIT");
  }
  await stage.until(place);
  // Two of its four shifts are done.
  if (place === "AllowTraffic") await stage.pass(90_000);
  return deployments(stage)[0]?.id ?? "";
}

/** AllowTestTraffic takes no time, unless the new tasks turn unhealthy before it. */
async function waitForHealth(stage: Stage): Promise<void> {
  await stage.until("AfterInstall");
  await stage.pass(1000);
  stage.parts.get(faults).inject({ kind: "unhealthy", to: "candidate", when: {} });
  await stage.pass(60_000);
  const [deployment] = deployments(stage);
  await stage.clients.codedeploy.send(new PutLifecycleEventHookExecutionStatusCommand({ deploymentId: deployment?.id, lifecycleEventHookExecutionId: deployment?.hook?.executionId, status: "Succeeded" }));
}

/** Percent of each listener's traffic on `blue`, from production to test. */
const onBlue = ({ parts }: Stage): (number | undefined)[] => {
  const { listeners, targetGroups } = elbv2State(parts);
  const blue = targetGroups.find(({ name }) => name === "blue")?.arn;
  return listeners.map(({ action }) => {
    const groups = groupsOf(action);
    const sum = groups.reduce((total, { weight }) => total + weight, 0);
    return (100 * (groups.find(({ targetGroupArn }) => targetGroupArn === blue)?.weight ?? 0)) / sum;
  });
};

const taskSets = ({ parts }: Stage): { readonly status: string; readonly revision: string; readonly desired: number }[] =>
  ecsState(parts).taskSets.map(({ computedDesiredCount, status, taskDefinition }) => ({ status, revision: taskDefinition.split(":").at(-1) ?? "", desired: computedDesiredCount }));

async function expectEvents(stage: Stage, deploymentId: string, place: Place): Promise<void> {
  const { deploymentTarget } = await stage.clients.codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId: "main:web" }));
  const running = eventNames.findIndex((name) => name === place);
  const before = place === "ReadyWait" ? eventNames.indexOf("BeforeAllowTraffic") : place === "TerminationWait" ? eventNames.length : running;
  const expected = eventNames.map((_name, index) => (index < before ? "Succeeded" : index === running ? "Failed" : "Skipped"));
  expect(deploymentTarget?.ecsTarget?.lifecycleEvents?.map(({ status }) => status)).toEqual(expected);
}

/** The old task set is primary and whole, it has all traffic, and of the new one nothing is left. */
async function expectAllOnBlue(stage: Stage, deploymentId: string): Promise<void> {
  const { rollbackInfo } = await info(stage, deploymentId);
  const rollbackId = rollbackInfo?.rollbackDeploymentId ?? "";
  expect(rollbackInfo?.rollbackMessage).toBe(`Deployment ${deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`);
  await stage.untilOver(1);
  expect(await info(stage, rollbackId)).toMatchObject({ status: "Succeeded", creator: "codeDeployRollback", deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce", rollbackInfo: { rollbackTriggeringDeploymentId: deploymentId } });
  expect(onBlue(stage)).toEqual([100, 100]);
  await stage.pass(10 * 60_000);
  expect(taskSets(stage)).toEqual([{ status: "PRIMARY", revision: "1", desired: 2 }]);
  expect(ecsState(stage.parts).tasks.filter(({ status }) => status === "RUNNING")).toHaveLength(2);
}

it.each(places)("is stopped in %s with a rollback, and only the old tasks are left", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  await stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  expect(await info(stage, deploymentId)).toMatchObject({ status: "Stopped", errorInformation: { code: "MANUAL_STOP" } });
  await expectEvents(stage, deploymentId, place);
  await expectAllOnBlue(stage, deploymentId);
});

it.each(places)("is stopped in %s without a rollback, and everything stays as it is until the next one", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  const before = [onBlue(stage), taskSets(stage)];
  await stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }));
  expect(await info(stage, deploymentId)).toMatchObject({ status: "Stopped", errorInformation: { code: "MANUAL_STOP" }, rollbackInfo: {} });
  await expectEvents(stage, deploymentId, place);
  await stage.pass(60_000);
  expect([onBlue(stage), taskSets(stage)]).toEqual(before);
  expect(stage.active).toBeUndefined();
  for (const { id } of stage.parts.get(faults).list()) stage.parts.get(faults).remove(id);
  // It takes over from the task set that is primary.
  await perform(stage, { kind: "deploy", image: "web", config: "CodeDeployDefault.ECSAllAtOnce", hook: undefined, appSpec: "whole" });
  await stage.until("ReadyWait");
  await stage.clients.codedeploy.send(new ContinueDeploymentCommand({ deploymentId: stage.active?.id, deploymentWaitType: "READY_WAIT" }));
  await stage.untilOver(1);
  await stage.pass(10 * 60_000);
  expect(deployments(stage).at(-1)?.status).toBe("Succeeded");
  expect(taskSets(stage)).toMatchObject([{ status: "PRIMARY", desired: 2 }]);
});

it.each(places)("is stopped in %s by an alarm within 23 s, and only the old tasks are left", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  await stage.clients.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" }));
  await stage.pass(21_000);
  expect(await info(stage, deploymentId)).toMatchObject({
    status: "Stopped",
    errorInformation: { code: "ALARM_ACTIVE", message: "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors>" },
  });
  // Its hooks of 0.2 s are over before the alarm is asked for.
  if (!["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic", "Install"].includes(place)) await expectEvents(stage, deploymentId, place);
  await expectAllOnBlue(stage, deploymentId);
});

it.each(places)("is taken up in %s by another process, and ends as it would have", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  const beforeRestart = onBlue(stage);
  for (const { id } of stage.parts.get(faults).list()) stage.parts.get(faults).remove(id);
  await stage.restart();
  expect(onBlue(stage)).toEqual(beforeRestart);
  if (places.indexOf(place) <= places.indexOf("AfterAllowTestTraffic") || place === "ReadyWait") {
    await stage.until("ReadyWait");
    await resume(stage, "READY_WAIT");
  }
  await stage.untilOver(1);
  await expectEvents(stage, deploymentId, "TerminationWait");
  expect(await info(stage, deploymentId)).toMatchObject({ status: "Succeeded", rollbackInfo: {} });
  expect(onBlue(stage)).toEqual([0, 0]);
  await stage.pass(10 * 60_000);
  expect(taskSets(stage)).toMatchObject([{ status: "PRIMARY", desired: 2 }]);
});

it.each(places)("is taken up in %s by another process, and can be stopped there with a rollback", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  await stage.restart();
  await stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  await expectAllOnBlue(stage, deploymentId);
});

it("is taken up while it shifts after a quarter of an hour without a process, and its tasks get time to start", async () => {
  const stage = await setStage();
  const deploymentId = await bring(stage, "AllowTraffic");
  await stage.restart(15 * 60_000);
  await stage.untilOver(1);
  expect(await info(stage, deploymentId)).toMatchObject({ status: "Succeeded" });
});

it.each(places)("is continued in %s only where it waits", async (place) => {
  const stage = await setStage();
  const deploymentId = await bring(stage, place);
  for (const [wait, stageOfWait] of [["READY_WAIT", "ReadyWait"], ["TERMINATION_WAIT", "TerminationWait"]] as const) {
    if (place !== stageOfWait) await expect(resume(stage, wait)).rejects.toMatchObject({ name: "DeploymentIsNotInReadyStateException" });
  }
  if (place !== "ReadyWait" && place !== "TerminationWait") return;
  expect((await info(stage, deploymentId)).status).toBe(place === "ReadyWait" ? "Ready" : "InProgress");
  await resume(stage, place === "ReadyWait" ? "READY_WAIT" : "TERMINATION_WAIT");
  await stage.pass(1000);
  expect(deployments(stage)[0]?.stage).toBe(place === "ReadyWait" ? "AllowTraffic" : "Termination");
  await stage.untilOver(1);
  expect((await info(stage, deploymentId)).status).toBe("Succeeded");
  await expect(resume(stage, "TERMINATION_WAIT")).rejects.toMatchObject({ name: "DeploymentAlreadyCompletedException" });
});
