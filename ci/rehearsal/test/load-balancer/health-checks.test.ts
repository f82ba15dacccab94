import { DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { balancerSettings } from "../../src/load-balancer/balancer-settings.ts";
import { sides } from "../../src/load-balancer/sides.ts";
import { faults } from "../../src/faults/faults.ts";
import { network } from "../../src/network/network.ts";
import { findMetric } from "../../src/services/cloudwatch/metrics.ts";
import { dimensionOf } from "../../src/services/elbv2/state.ts";
import { answering, startBalanced } from "./balanced.ts";

it("calls a target healthy after one check, a second after it was registered", async () => {
  const { addTarget, health, clock } = await startBalanced();
  const asked: string[] = [];
  await addTarget("blue", "10.0.1.1", { kind: "handler", handle: async ({ url, headers }) => Promise.resolve(new Response(String(asked.push(`${url} ${headers.get("user-agent") ?? ""}`)))) });
  expect(await health("blue")).toMatchObject([{ State: "initial", Reason: "Elb.RegistrationInProgress" }]);
  await clock.advance(1000);
  expect(await health("blue")).toEqual([{ State: "healthy" }]);
  expect(asked).toEqual(["http://10.0.1.1:8080/health ELB-HealthChecker/2.0"]);
  await clock.advance(60_000);
  expect(asked).toHaveLength(13);
});

it("lets a target start for as long as AWS would, and then says which code it answered", async () => {
  const { addTarget, health, clock } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("not yet", 503));
  await clock.advance(19_000);
  expect(await health("blue")).toMatchObject([{ State: "initial", Reason: "Elb.InitialHealthChecking" }]);
  await clock.advance(1000);
  expect(await health("blue")).toMatchObject([{ State: "unhealthy", Reason: "Target.ResponseCodeMismatch", Description: "Health checks failed with these codes: [503]" }]);
});

it("takes the group's thresholds for a target that was healthy once", async () => {
  const { addTarget, health, clock } = await startBalanced();
  let status = 200;
  await addTarget("blue", "10.0.1.1", { kind: "handler", handle: async () => Promise.resolve(new Response("", { status })) });
  await clock.advance(1000);
  status = 500;
  await clock.advance(5000);
  expect(await health("blue")).toMatchObject([{ State: "healthy" }]);
  await clock.advance(5000);
  expect(await health("blue")).toMatchObject([{ State: "unhealthy" }]);
  status = 200;
  await clock.advance(5000);
  expect(await health("blue")).toMatchObject([{ State: "unhealthy" }]);
  await clock.advance(5000);
  expect(await health("blue")).toMatchObject([{ State: "healthy" }]);
});

it("tells a refused connection from an answer that does not come", async () => {
  const hurried = { now: () => 0, wallMs: () => 0, after: (_delayMs: number, what: () => void) => { setImmediate(what); return () => undefined; } };
  const { addTarget, health, clock, rehearsal } = await startBalanced({ prepare: (parts) => { parts.provide(balancerSettings, { ports: {}, idleTimeoutMs: 60_000, machine: hurried }); } });
  const gone = rehearsal.parts.get(network).attach("10.0.1.2", 8080, answering("gone"));
  await addTarget("blue", "10.0.1.1", { kind: "handler", handle: async () => new Promise<Response>(() => undefined) });
  await addTarget("green", "10.0.1.2", { kind: "tcp", host: "127.0.0.1", port: 1 });
  gone();
  await clock.advance(20_000);
  expect(await health("blue")).toMatchObject([{ State: "unhealthy", Reason: "Target.Timeout", Description: "Request timed out" }]);
  expect(await health("green")).toMatchObject([{ State: "unhealthy", Reason: "Target.FailedHealthChecks", Description: "Health checks failed" }]);
});

it("drains a target for the group's delay, and then it is gone", async () => {
  const { addTarget, health, clock, elb, groups } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await clock.advance(1000);
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groups.blue, Targets: [{ Id: "10.0.1.1" }] }));
  await clock.advance(299_000);
  expect(await health("blue")).toMatchObject([{ State: "draining", Reason: "Target.DeregistrationInProgress" }]);
  await clock.advance(1000);
  expect(await health("blue")).toEqual([]);
});

it("fails the checks of a side that a fault makes unhealthy", async () => {
  const { addTarget, health, clock, rehearsal } = await startBalanced();
  rehearsal.parts.get(sides).of = (address) => (address === "10.0.1.2" ? "candidate" : "current");
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green"));
  rehearsal.parts.get(faults).inject({ kind: "unhealthy", to: "candidate", when: {} });
  await clock.advance(20_000);
  expect(await health("blue")).toMatchObject([{ State: "healthy" }]);
  expect(await health("green")).toMatchObject([{ State: "unhealthy", Reason: "Target.ResponseCodeMismatch" }]);
});

it("publishes how many targets are healthy each minute", async () => {
  const { addTarget, clock, rehearsal, groups, loadBalancerArn } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await clock.advance(120_000);
  const dimensions = { TargetGroup: dimensionOf(groups.blue), LoadBalancer: dimensionOf(loadBalancerArn) };
  expect(dimensions.TargetGroup).toMatch(/^targetgroup\/blue\/[0-9a-f]{16}$/);
  expect(dimensions.LoadBalancer).toMatch(/^app\/web\/[0-9a-f]{16}$/);
  const metric = findMetric(rehearsal.parts, { namespace: "AWS/ApplicationELB", metricName: "HealthyHostCount", dimensions });
  expect(metric?.minutes).toHaveLength(3);
  expect(metric?.minutes.at(-1)).toMatchObject({ min: 1, max: 1 });
});
