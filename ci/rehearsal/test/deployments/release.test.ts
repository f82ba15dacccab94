import { waitUntilDeploymentSuccessful } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { listenerArn, targetGroupArn } from "../services/codedeploy/cloud-double.ts";
import { groupInput, setUp } from "../services/codedeploy/setting.ts";

it("shifts all traffic in ten steps of a minute, and takes blue away after the termination wait", async () => {
  const { cloud, clock, client, deploy, info, rehearsal, target, untilOver } = await setUp();
  const id = await deploy();
  expect(await info(id)).toMatchObject({ status: "Created", creator: "user", rollbackInfo: {} });
  const begin = clock.now();
  await untilOver();
  expect(await info(id)).toMatchObject({ status: "Succeeded", deploymentOverview: { Succeeded: 1, Failed: 0 } });
  const shifts = rehearsal.parts.timeline.since().filter(({ what }) => what === "traffic-shifted");
  expect(shifts.map(({ detail }) => detail["candidatePercent"])).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  // Two seconds until it starts, one minute until green is steady, nine of shifts, five of waiting, and a second of empty events.
  expect(clock.now() - begin).toBe(2000 + 60_000 + 9 * 60_000 + 5 * 60_000 + 5 * 200);
  expect(cloud.productionPercent("green")).toBe(100);
  expect(cloud.taskSets.map(({ status }) => status)).toEqual(["DRAINING", "PRIMARY"]);
  expect(await target(id)).toMatchObject({
    status: "Succeeded",
    lifecycleEvents: ["BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"].map((lifecycleEventName) => ({ lifecycleEventName, status: "Succeeded" })),
  });
  expect((await waitUntilDeploymentSuccessful({ client, maxWaitTime: 60 }, { deploymentId: id })).state).toBe("SUCCESS");
});

it("shows both task sets with their traffic while it runs, and no overview", async () => {
  const { clock, cloud, deploy, info, target, until } = await setUp();
  const id = await deploy();
  await until(id, "AllowTraffic");
  await clock.advance(120_000);
  const shown = await info(id);
  expect(shown).toMatchObject({ status: "InProgress", deploymentConfigName: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes" });
  expect(shown.deploymentOverview).toBeUndefined();
  expect(shown.revision?.appSpecContent?.content).toBeUndefined();
  expect(shown.revision?.appSpecContent?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await target(id)).toMatchObject({
    targetId: "main:web",
    lastUpdatedAt: expect.any(Date) as Date,
    taskSetsInfo: [
      { taskSetLabel: "Blue", status: "PRIMARY", trafficWeight: 70, targetGroup: { name: "blue" } },
      { taskSetLabel: "Green", status: "ACTIVE", trafficWeight: 30, targetGroup: { name: "green" } },
    ],
  });
  expect(cloud.forwardOf(listenerArn("test"))).toEqual([{ targetGroupArn: targetGroupArn("green"), weight: 1 }]);
  expect(cloud.candidatePercent).toBe(30);
});

it("keeps blue whole and active in the termination wait, with green as the primary", async () => {
  const { cloud, deploy, info, until } = await setUp();
  const id = await deploy();
  await until(id, "TerminationWait");
  expect(await info(id)).toMatchObject({ status: "InProgress", instanceTerminationWaitTimeStarted: true });
  expect(cloud.taskSets.map(({ status, desiredCount, externalId }) => ({ status, desiredCount, externalId }))).toEqual([
    { status: "ACTIVE", desiredCount: 2, externalId: undefined },
    { status: "PRIMARY", desiredCount: 2, externalId: id },
  ]);
});

it("swaps the two target groups with each release", async () => {
  const { cloud, deploy, untilOver } = await setUp();
  await deploy();
  await untilOver();
  expect(cloud.productionPercent("green")).toBe(100);
  await deploy();
  await untilOver();
  expect(cloud.productionPercent("blue")).toBe(100);
});

it("has no test traffic events where there is no test listener", async () => {
  const route = { targetGroups: [{ name: "blue" }, { name: "green" }], prodTrafficRoute: { listenerArns: [listenerArn("prod")] } };
  const { deploy, target, untilOver } = await setUp({ group: groupInput({ loadBalancerInfo: { targetGroupPairInfoList: [route] } }) });
  const id = await deploy();
  await untilOver();
  expect((await target(id)).lifecycleEvents?.map(({ lifecycleEventName }) => lifecycleEventName)).toEqual(["BeforeInstall", "Install", "AfterInstall", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"]);
});

it("asks for what CodeDeploy's role needs, and nothing that AWS's own policy does not have", async () => {
  const { cloud, deploy, untilOver } = await setUp();
  await deploy();
  await untilOver();
  expect([...new Set(cloud.asked)].toSorted()).toEqual([
    "cloudwatch:DescribeAlarms",
    "ecs:CreateTaskSet",
    "ecs:DeleteTaskSet",
    "ecs:DescribeServices",
    "ecs:UpdateServicePrimaryTaskSet",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:ModifyListener",
    "iam:PassRole",
  ]);
});
