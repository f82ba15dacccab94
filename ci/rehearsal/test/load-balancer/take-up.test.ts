import { expect, it } from "vitest";
import { balancer } from "../../src/load-balancer/balancer.ts";
import { balancerSettings } from "../../src/load-balancer/balancer-settings.ts";
import { machineTime } from "../../src/clock/machine-time.ts";
import { targetHealth } from "../../src/services/elbv2/targets.ts";
import { DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { World } from "../../src/world/world.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { startMs, startRehearsal } from "../support/rehearsal.ts";
import { answering, startBalanced } from "./balanced.ts";

it("takes up listeners, checks and draining of a rehearsal that was killed, on the same port", async () => {
  const { addTarget, elb, groups, listenerArn, url, rehearsal, clock } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green"));
  await clock.advance(1000);
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groups.blue, Targets: [{ Id: "10.0.1.1" }] }));
  const saved: unknown = JSON.parse(JSON.stringify(rehearsal.parts.world));
  await rehearsal.stop();

  const later = new VirtualClock(startMs + 100_000);
  const { rehearsal: next } = await startRehearsal({ clock: later, world: World.restore(saved) });
  expect(await next.parts.get(balancer).addressOf(listenerArn)).toBe(url);
  await later.advance(10_000);
  expect(targetHealth(next.parts, groups.blue)).toMatchObject([{ state: "draining" }]);
  expect(targetHealth(next.parts, groups.green)).toMatchObject([{ state: "unhealthy", reason: "Target.FailedHealthChecks" }]);
  await later.advance(300_000);
  expect(targetHealth(next.parts, groups.blue)).toEqual([]);
});

it("holds the clock while a target is new", async () => {
  const { addTarget, clock } = await startBalanced();
  let holders = 0;
  clock.hold = () => {
    holders += 1;
    return () => {
      holders -= 1;
    };
  };
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green"));
  expect(holders).toBe(1);
  await clock.advance(1000);
  expect(holders).toBe(0);
});

it("says which port of this machine is taken", async () => {
  const { url } = await startBalanced();
  const port = Number(new URL(url).port);
  const second = startBalanced({ prepare: (parts) => { parts.provide(balancerSettings, { ports: { 80: port }, idleTimeoutMs: 60_000, machine: machineTime }); } });
  await expect(second).rejects.toThrow(`The load balancer's port 80 cannot be had on 127.0.0.1:${String(port)}`);
});
