import { StopDeploymentCommand, type DeploymentInfo, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it, onTestFinished } from "vitest";
import { faults } from "../../src/faults/faults.ts";
import { codedeploySlice, type DeploymentRecord } from "../../src/services/codedeploy/state.ts";
import { elbv2State, groupsOf } from "../../src/services/elbv2/state.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { startHooks } from "./stage/hooks.ts";
import { perform } from "./stage/perform.ts";
import { Stage } from "./stage/stage.ts";

/** What the random runs of any-course.test.ts have found. */

const deploy = { kind: "deploy", image: "web", config: undefined, hook: undefined, appSpec: "whole" } as const;

async function setStage(): Promise<Stage> {
  const stage = await Stage.set({ hasTestListener: true, waitsForReady: false, rollsBack: true, terminationWaitTimeInMinutes: 0 }, await startHooks());
  onTestFinished(async () => {
    await stage.stop();
    expect(stage.promises.broken).toEqual([]);
  });
  return stage;
}

const all = ({ parts }: Stage): readonly DeploymentRecord[] => parts.world.slice(codedeploySlice).deployments;
const info = async ({ clients }: Stage, deploymentId: string | undefined): Promise<DeploymentInfo> => (await clients.codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo ?? {};

/** Percent of production traffic on `green`. */
function onGreen({ parts }: Stage): number {
  const { listeners, targetGroups } = elbv2State(parts);
  const green = targetGroups.find(({ name }) => name === "green")?.arn;
  return listeners[0] === undefined ? NaN : (groupsOf(listeners[0].action).find(({ targetGroupArn }) => targetGroupArn === green)?.weight ?? 0);
}

/** Stopped as it is, with a third of the traffic on its task set. */
async function leaveThird(stage: Stage): Promise<void> {
  await perform(stage, deploy);
  await stage.until("AllowTraffic");
  await stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId: stage.active?.id, autoRollbackEnabled: false }));
  expect(onGreen(stage)).toBe(33);
}

it("points the test listener at no task set without a healthy target: that of a service which was scaled to nothing", async () => {
  const stage = await setStage();
  await perform(stage, { kind: "scale", desiredCount: 0 });
  await perform(stage, deploy);
  await stage.until("AllowTestTraffic");
  await stage.untilOver(1);
  expect(await info(stage, all(stage)[0]?.id)).toMatchObject({ status: "Failed", errorInformation: { code: "TIMEOUT", message: "The deployment failed because the replacement task set had no healthy targets for 5 minutes while traffic was being shifted." } });
});

it("takes traffic from what a stopped deployment has left only once the primary task set has a healthy target", async () => {
  const stage = await setStage();
  await leaveThird(stage);
  stage.parts.get(faults).inject({ kind: "unhealthy", to: "current", when: {} });
  await stage.pass(60_000);
  await perform(stage, deploy);
  await stage.until("Install");
  await stage.pass(60_000);
  expect({ stage: stage.active?.stage, onGreen: onGreen(stage) }).toEqual({ stage: "Install", onGreen: 33 });
  await perform(stage, { kind: "no-faults" });
  await stage.untilOver(1);
  expect(all(stage).map(({ status }) => status)).toEqual(["Stopped", "Succeeded"]);
});

it("fails when the primary task set stays without one", async () => {
  const stage = await setStage();
  await leaveThird(stage);
  stage.parts.get(faults).inject({ kind: "unhealthy", to: "current", when: {} });
  await stage.pass(60_000);
  await perform(stage, deploy);
  await stage.untilOver(1);
  expect(await info(stage, all(stage)[1]?.id)).toMatchObject({ status: "Failed", errorInformation: { code: "TIMEOUT", message: "The deployment failed because the original task set had no healthy targets for 5 minutes while traffic was being shifted." } });
});

it("clears what a stopped deployment has left also by a rollback of one that had not begun", async () => {
  const stage = await setStage();
  await leaveThird(stage);
  await perform(stage, deploy);
  await stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId: stage.active?.id, autoRollbackEnabled: true }));
  await stage.untilOver(1);
  expect(onGreen(stage)).toBe(0);
  await stage.pass(10 * 60_000);
  expect(ecsState(stage.parts).taskSets.map(({ status }) => status)).toEqual(["PRIMARY"]);
});

it("gives tasks that start anew five minutes again, after any time without a process", async () => {
  const stage = await setStage();
  await perform(stage, deploy);
  await stage.until("AllowTraffic");
  stage.parts.get(faults).inject({ kind: "unhealthy", to: "candidate", when: {} });
  await stage.pass(4 * 60_000);
  expect(stage.active?.unhealthySinceMs).toBeDefined();
  // Faults are not taken up by another process.
  await stage.restart(30 * 60_000);
  await stage.untilOver(1);
  expect(all(stage).map(({ status }) => status)).toEqual(["Succeeded"]);
});
