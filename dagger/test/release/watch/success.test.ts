import { expect, it } from "vitest";
import { exitCodeOf } from "../../../src/release/outcome.ts";
import { setUp, told, virtualReleaseClock } from "./setting.ts";

it.each([0, 1500, 3000])("tells each lifecycle event and each step of the shift once, and ends as released within two seconds of the deployment's end; watched from %i ms on", async (laterMs) => {
  const { clock, deploy, events, info, watch } = await setUp();
  const { deploymentId } = await deploy("1".repeat(40));
  await clock.advance(laterMs);
  const outcome = await watch(deploymentId, { clock: virtualReleaseClock(clock, 0) });
  expect(outcome).toMatchObject({ kind: "released", deploymentId, deploymentStatus: "Succeeded", candidatePercent: 100 });
  expect(exitCodeOf[outcome.kind]).toBe(0);
  const { completeTime } = await info(deploymentId);
  expect(clock.now() - (completeTime?.getTime() ?? 0)).toBeLessThanOrEqual(2000);
  const seen = told(events);
  expect(seen.filter((line) => line.startsWith("traffic"))).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `traffic ${String(percent)}`));
  for (const event of ["BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"]) {
    expect(seen.filter((line) => line === `${event} Succeeded`)).toHaveLength(1);
  }
  expect(seen.filter((line) => /trouble|stopped/.test(line))).toEqual([]);
  expect(seen.at(-1)).toBe("ended released");
});

it("is followed with no more than the deployer's role may", async () => {
  const { clientsAs, deploy, events, watch } = await setUp();
  const { deploymentId } = await deploy("1".repeat(40));
  expect(await watch(deploymentId, { clients: await clientsAs("notes-deployer") })).toMatchObject({ kind: "released" });
  expect(told(events)).not.toContain("trouble");
});
