import { expect, it } from "vitest";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { World } from "../../src/world/world.ts";
import { setUp } from "../services/codedeploy/setting.ts";

it.each(["Created", "BeforeInstall", "Install", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic", "TerminationWait"])("goes on in another process where it was: %s", async (stage) => {
  const first = await setUp();
  const id = await first.deploy();
  if (stage !== "Created") await first.until(id, stage);
  if (stage === "AllowTraffic") await first.clock.advance(200_000);
  const saved: unknown = JSON.parse(JSON.stringify(first.rehearsal.parts.world));
  const shifted = first.cloud.productionPercent("green");
  await first.rehearsal.stop();

  const clock = new VirtualClock(first.clock.now() + 240_000);
  first.cloud.moveTo(clock);
  const second = await setUp({ clock, cloud: first.cloud, world: World.restore(saved) });
  if (stage === "AllowTraffic") {
    expect(shifted).toBe(40);
    // What would have been shifted meanwhile does not come all at once.
    await second.clock.advance(1);
    expect(second.cloud.productionPercent("green")).toBe(50);
  }
  await second.untilOver();
  expect((await second.info(id)).status).toBe("Succeeded");
  expect(second.cloud.productionPercent("green")).toBe(100);
  expect(second.cloud.taskSets.filter(({ status }) => status !== "DRAINING")).toMatchObject([{ status: "PRIMARY", externalId: id }]);
});
