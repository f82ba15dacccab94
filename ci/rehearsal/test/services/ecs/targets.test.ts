import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { ModifyTargetGroupAttributesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { setUpBalancedService, type BalancedService } from "./balanced-service.ts";

const stability = async ({ service }: BalancedService): Promise<string | undefined> => (await service()).taskSets?.[0]?.stabilityStatus;
const events = async ({ service }: BalancedService): Promise<(string | undefined)[]> => ((await service()).events ?? []).map(({ message }) => message);

it("registers its tasks with the target group, and is steady once they are healthy there", async () => {
  let isReady = false;
  const setting = await setUpBalancedService({ handler: () => new Response("", { status: isReady ? 200 : 503 }) });
  await setting.clock.advance(5000);
  expect(await setting.targets()).toMatchObject([{ Target: { Id: "10.0.1.4", Port: 8080, AvailabilityZone: "eu-west-1a" }, TargetHealth: { State: "initial" } }, { Target: { Id: "10.0.2.4" } }]);
  expect([(await setting.service()).runningCount, await stability(setting)]).toEqual([2, "STABILIZING"]);
  isReady = true;
  await setting.clock.advance(2000);
  expect((await setting.targets()).map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["healthy", "healthy"]);
  expect(await stability(setting)).toBe("STEADY_STATE");
});

it("tells in the service's events, in AWS's words, what happens to it", async () => {
  const setting = await setUpBalancedService();
  await setting.clock.advance(5000);
  const [one, two] = await setting.tasks();
  const id = (await setting.service()).taskSets?.[0]?.id ?? "";
  const idOf = (arn = ""): string => arn.split("/").at(-1) ?? "";
  expect((await events(setting)).toReversed()).toEqual([
    `(service web, taskSet ${id}) has started 2 tasks: (task ${idOf(one?.taskArn)}) (task ${idOf(two?.taskArn)}).`,
    `(service web, taskSet ${id}) registered 1 targets in (target-group ${setting.targetGroupArn})`,
    `(service web, taskSet ${id}) registered 1 targets in (target-group ${setting.targetGroupArn})`,
    `(service web, taskSet ${id}) updated state to STEADY_STATE.`,
    "(service web) has reached a steady state.",
  ]);
});

it("replaces a task that the load balancer finds unhealthy, and deregisters it", async () => {
  let sick = "";
  const setting = await setUpBalancedService({ handler: ({ url }) => new Response("", { status: new URL(url).hostname === sick ? 500 : 200 }) });
  await setting.clock.advance(5000);
  sick = "10.0.1.4";
  await setting.clock.advance(30_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ stopCode: "ServiceSchedulerInitiated", stoppedReason: `Task failed ELB health checks in (target-group ${setting.targetGroupArn})` }]);
  expect((await setting.targets()).map(({ Target, TargetHealth }) => [Target?.Id, TargetHealth?.State]).toSorted()).toEqual([["10.0.1.4", "draining"], ["10.0.1.5", "healthy"], ["10.0.2.4", "healthy"]]);
  expect([(await setting.service()).runningCount, await stability(setting)]).toEqual([2, "STEADY_STATE"]);
  expect(await events(setting)).toEqual(expect.arrayContaining([expect.stringMatching(/^\(service web\) \(task \w{32}\) \(port 8080\) is unhealthy in \(target-group arn:.*\) due to \(reason Health checks failed\)\.$/), expect.stringMatching(/deregistered 1 targets in/), expect.stringMatching(/has begun draining connections on 1 tasks\.$/)]));
});

it("lets a task that is unhealthy be for as long as its time of grace", async () => {
  const setting = await setUpBalancedService({ handler: () => new Response("", { status: 500 }), service: { healthCheckGracePeriodSeconds: 120 } });
  await setting.clock.advance(100_000);
  expect((await setting.targets()).map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["unhealthy", "unhealthy"]);
  expect(await setting.tasks("STOPPED")).toEqual([]);
  await setting.clock.advance(30_000);
  expect(await setting.tasks("STOPPED")).toHaveLength(2);
});

it("takes a task out of its target group before it ends its containers, and waits until its target has drained", async () => {
  const setting = await setUpBalancedService();
  await setting.clock.advance(5000);
  await setting.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: setting.targetGroupArn, Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }] }));
  const [first] = await setting.tasks();
  await setting.ecs.send(new StopTaskCommand({ cluster: "main", task: first?.taskArn }));
  await setting.clock.advance(25_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ lastStatus: "DEACTIVATING", desiredStatus: "STOPPED", containers: [{ lastStatus: "RUNNING" }] }]);
  expect((await setting.service()).runningCount).toBe(2);
  await setting.clock.advance(10_000);
  expect(await setting.tasks("STOPPED")).toMatchObject([{ lastStatus: "STOPPED", stopCode: "UserInitiated", containers: [{ lastStatus: "STOPPED", exitCode: 0 }] }]);
});
