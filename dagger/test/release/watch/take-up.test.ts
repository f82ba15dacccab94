import { StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { setUp, told, virtualReleaseClock } from "./setting.ts";

const commit = "4".repeat(40);
const places = ["BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"];

it.each(places)("is ended at %s, and another watcher takes the deployment up and tells it to its end", async (place) => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const abort = new AbortController();
  const options = setting.options(deploymentId);
  const killed = setting.watch(deploymentId, {
    signal: abort.signal,
    clock: virtualReleaseClock(setting.clock, 0),
    emit: (event) => {
      options.emit(event);
      if (event.kind === "lifecycle" && event.event === place) abort.abort();
    },
  });
  await expect(killed).rejects.toMatchObject({ code: "LOST_SIGHT" });
  expect(told(setting.events).some((line) => line.startsWith(place))).toBe(true);
  setting.events.length = 0;
  expect((await setting.watch(deploymentId)).kind).toBe("released");
  const seen = told(setting.events);
  for (const event of places) expect(seen.filter((line) => line === `${event} Succeeded`)).toHaveLength(1);
  expect(seen.filter((line) => line.startsWith("traffic")).at(-1)).toBe("traffic 100");
});

it("is watched by two at once, who both see the whole", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const outcomes = await Promise.all([setting.watch(deploymentId), setting.watch(deploymentId)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["released", "released"]);
  expect(told(setting.events).filter((line) => line === "traffic 100")).toHaveLength(2);
});

it("tells the end of a deployment that is over already, and of a rollback by either id", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  await setting.clock.advance(5 * 60_000);
  await (await setting.clients.codedeploy()).send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  await setting.untilOver();
  await setting.clock.advance(60_000);
  const outcome = await setting.watch(deploymentId);
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "MANUAL_STOP" });
  expect(await setting.watch(outcome.rollbackId ?? "")).toEqual(outcome);
});

it("ends as mixed, with exit code 3, when somebody stops the shift without a rollback", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  await setting.clock.advance(5 * 60_000);
  await (await setting.clients.codedeploy()).send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }));
  const outcome = await setting.watch(deploymentId);
  expect(outcome).toMatchObject({ kind: "mixed", errorCode: "MANUAL_STOP" });
  expect(outcome.candidatePercent).toBeGreaterThan(0);
  expect(outcome.candidatePercent).toBeLessThan(100);
});
