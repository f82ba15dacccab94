import { CreateDeploymentCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it, onTestFinished } from "vitest";
import { appSpec } from "../services/codedeploy/inputs.ts";
import { startHooks } from "./stage/hooks.ts";
import { Stage } from "./stage/stage.ts";

const tens = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

/** Minutes from the first shift, and percent, as the real listener gets them. */
it.each<[string, readonly (readonly [number, number])[]]>([
  ["ECSAllAtOnce", [[0, 100]]],
  ["ECSCanary10Percent5Minutes", [[0, 10], [5, 100]]],
  ["ECSCanary10Percent15Minutes", [[0, 10], [15, 100]]],
  ["ECSLinear10PercentEvery1Minutes", tens.map((percent, index) => [index, percent])],
  ["ECSLinear10PercentEvery3Minutes", tens.map((percent, index) => [3 * index, percent])],
])("shifts a real listener as CodeDeployDefault.%s says", async (name, expected) => {
  const stage = await Stage.set({ hasTestListener: false, waitsForReady: false, rollsBack: true, terminationWaitTimeInMinutes: 0 }, await startHooks());
  onTestFinished(async () => {
    await stage.stop();
    expect(stage.promises.broken).toEqual([]);
  });
  const shifts: [number, number][] = [];
  stage.parts.timeline.subscribe(({ at, detail, what }) => {
    const weights = detail["weights"] as { readonly green?: number } | undefined;
    if (what === "listener-action" && (weights?.green ?? 0) > 0) shifts.push([Date.parse(at), weights?.green ?? 0]);
  });
  const { deploymentId } = await stage.clients.codedeploy.send(
    new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", deploymentConfigName: `CodeDeployDefault.${name}`, revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } }),
  );
  await stage.untilOver(2);
  expect((await stage.clients.codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo).toMatchObject({ status: "Succeeded", deploymentConfigName: `CodeDeployDefault.${name}` });
  const beganMs = shifts[0]?.[0] ?? 0;
  expect(shifts.map(([atMs, percent]) => [(atMs - beganMs) / 60_000, percent])).toEqual(expected);
});
