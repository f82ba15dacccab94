import { expect, it } from "vitest";
import { emptyModel, type Model } from "../../page/model/model.ts";
import { headlineOf } from "../../page/model/headline.ts";
import { reduce } from "../../page/model/reduce.ts";
import { isSample, lately, sampleOf } from "../../page/model/samples.ts";
import { sceneOf } from "../../page/model/scene.ts";
import { faultText, lineOf } from "../../page/model/words.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { continueByOperator } from "../../src/control/operator-calls.ts";
import { balancer } from "../../src/load-balancer/balancer.ts";
import { codedeploySlice, isActive } from "../../src/services/codedeploy/state.ts";
import { deployments as deploymentsComponent } from "../../src/services/codedeploy/deployments.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { Timeline } from "../../src/timeline.ts";
import { VirtualClock as Clock } from "../../src/clock/virtual-clock.ts";
import { startRehearsal } from "../support/rehearsal.ts";
import { deployWeb, inProcessWeb, makeWeb } from "./web-world.ts";

/** A rehearsal, and what the page makes of its timeline. */
async function deployed(options: Parameters<typeof makeWeb>[2] = {}) {
  const { rehearsal, clock, client } = await startRehearsal({ prepare: inProcessWeb() });
  const { parts } = rehearsal;
  const { production } = await makeWeb(parts, client, options);
  await clock.runUntil(() => ecsState(parts).taskSets.every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  const id = await deployWeb(client);
  const { deployments } = parts.world.slice(codedeploySlice);
  const model = (): Model => parts.timeline.since().reduce(reduce, emptyModel);
  const headline = () => headlineOf(sceneOf(model()), clock.now());
  const until = async (stage: string): Promise<void> => clock.runUntil(() => deployments[0]?.stage === stage);
  return { parts, clock, id, deployments, model, headline, until, address: await parts.get(balancer).addressOf(production) };
}

const untilOver = async (clock: VirtualClock, deployments: Parameters<typeof isActive>[0][]): Promise<void> => clock.runUntil(() => !deployments.some(isActive));

it("tells at each stage where a release stands, and what is next", async () => {
  const { clock, headline, id, model, parts, until } = await deployed({ readyWaitMinutes: 30 });
  expect(headline()).toMatchObject({ title: "A deployment begins", tone: "busy" });
  await until("Install");
  expect(headline()).toMatchObject({ title: "The candidate is starting", next: "It goes on once 2 tasks are healthy; 0 are.", health: { isWell: false, text: "0 of 2 tasks of the candidate are healthy." } });
  await until("ReadyWait");
  expect(headline()).toMatchObject({ title: "The candidate is ready, and waits for you", next: "Somebody says that traffic may go over; otherwise it is stopped in 30:00 (12:30:08).", health: { isWell: true, text: "All 4 tasks are healthy, and no alarm fires." } });
  await continueByOperator(parts, id, "READY_WAIT");
  await until("AllowTraffic");
  expect(sceneOf(model()).deployment).toMatchObject({ status: "InProgress" });
  expect(sceneOf(model()).deployment?.wait).toBeUndefined();
  await clock.advance(1);
  expect(headline().title).toBe("10 % of the traffic is on the candidate");
});

it("follows the traffic to its end: weights, sides, waits, and the task set that is left", async () => {
  const { clock, deployments, headline, model, until } = await deployed();
  await until("AllowTraffic");
  await clock.advance(130_000);
  const shifting = sceneOf(model());
  expect(shifting).toMatchObject({ current: { trafficPercent: 70, testPercent: 0, running: 2 }, candidate: { trafficPercent: 30, testPercent: 100, healthyTargets: 2 }, outcome: { kind: "under-way" } });
  expect(headline().next).toMatch(/^40 % on the candidate in 0:5\d \(12:03:0\d\)\.$/);
  await until("TerminationWait");
  expect(headline()).toMatchObject({ title: "All traffic is on the candidate", next: expect.stringContaining("The old tasks are ended in 5:00") as string });
  await untilOver(clock, deployments);
  expect(headline()).toMatchObject({ title: "Released: all traffic is on the new tasks", tone: "good" });
  await clock.advance(600_000);
  expect(sceneOf(model())).toMatchObject({ candidate: undefined, current: { taskSet: { definition: "notes-task:2", status: "PRIMARY" }, trafficPercent: 100 } });
});

it("tells of a rollback why, and that all traffic is back", async () => {
  const { clock, deployments, headline, model, parts, until } = await deployed();
  await until("AllowTraffic");
  const [deployment] = deployments;
  if (deployment !== undefined) parts.get(deploymentsComponent).stop(deployment, { kind: "alarm", activated: ["notes-green-5xx"] });
  await untilOver(clock, deployments);
  expect(headline()).toMatchObject({ title: "Rolled back: alarm notes-green-5xx fired", tone: "bad" });
  expect(sceneOf(model())).toMatchObject({ current: { trafficPercent: 100 }, deployment: { status: "Stopped", error: { code: "ALARM_ACTIVE" } }, rollback: { status: "Succeeded" }, active: undefined });
});

it("samples what goes over the load balancer once a second, and says when there is no more", async () => {
  const { address, clock, parts, until } = await deployed();
  await until("AllowTraffic");
  for (let request = 0; request < 10; request += 1) await (await fetch(address)).text();
  await clock.advance(5000);
  const samples = parts.timeline.since().filter(isSample).map(sampleOf);
  expect(samples).toHaveLength(2);
  expect(samples[0]).toMatchObject({ groups: { "notes-blue": { perSecond: 9, errorsPerSecond: 0 }, "notes-green": { perSecond: 1 } } });
  expect(samples[1]?.groups).toEqual({});
  expect(lately(samples, "notes-blue", samples[1]?.atMs ?? 0)?.perSecond).toBe(4.5);
  expect(lately(samples, "notes-blue", clock.now() + 60_000)).toBeUndefined();
});

it("keeps an hour of samples, and everything else", () => {
  const timeline = new Timeline(new Clock(0));
  timeline.add("test", "first");
  for (let second = 0; second < 4300; second += 1) timeline.add("load-balancer", "traffic", {});
  const kept = timeline.since();
  expect(kept.filter(({ what }) => what === "traffic").length).toBeLessThanOrEqual(4200);
  expect(kept[0]?.what).toBe("first");
  expect(kept.at(-1)?.number).toBe(4301);
  expect(new Timeline(new Clock(0), kept).since().filter(({ what }) => what === "traffic")).toHaveLength(3600);
});

it.each([
  ["an actor that it does not know", { actor: "else", what: "call", detail: {} }],
  ["members that are missing", { actor: "codedeploy", what: "lifecycle-event", detail: {} }],
  ["members of another form", { actor: "ecs", what: "task-started", detail: { task: 5, containers: "web" } }],
  ["a rollback of what it has not seen", { actor: "codedeploy", what: "rollback", detail: { deployment: "d-1", rollback: "d-2" } }],
])("takes an entry with %s", (_name, entry) => {
  expect(reduce(emptyModel, { number: 1, at: "2026-01-15T12:00:00.000Z", ...entry }).nowMs).toBe(Date.UTC(2026, 0, 15, 12));
});

it("counts calls, and keeps those that were denied or refused apart", () => {
  const entries = [
    { actor: "caller:arn:x", what: "call", detail: { service: "ecs", operation: "DescribeTasks" } },
    { actor: "caller:arn:x", what: "denied", detail: { action: "ecs:RunTask", message: "not authorized" } },
    { actor: "api", what: "refused", detail: { service: "ecs", operation: "RunTask", error: "AccessDeniedException", message: "not authorized" } },
    { actor: "api", what: "refused", detail: { service: "ecs", operation: "RunTask", error: "ThrottlingException", message: "Rate exceeded" } },
  ];
  const { calls } = entries.map((entry, index) => ({ number: index + 1, at: "2026-01-15T12:00:00.000Z", ...entry })).reduce(reduce, emptyModel);
  expect(calls).toMatchObject({ total: 3, denied: 1, refused: 2, counts: { "ecs DescribeTasks": 1 } });
  expect(calls.troubles.map(({ what }) => what)).toEqual(["denied", "refused"]);
});

it.each([
  [{ kind: "responses", to: "candidate", share: 0.3, status: 500, when: { fromTrafficPercent: 10 } }, "30 % of the candidate’s answers get 500, from 10 % of the traffic on"],
  [{ kind: "responses", to: "current", share: 1, latencyMs: 200, when: {} }, "100 % of the current’s answers come 200 ms late"],
  [{ kind: "throttle", share: 0.5, service: "ecs", when: { times: 3 } }, "50 % of API calls of ecs are throttled, 3 ×"],
  [{ kind: "new-kind" }, "new-kind"],
])("puts %j into words", (fault, words) => {
  expect(faultText(fault)).toBe(words);
});

it("shows no fault that ended with the process it was injected into", () => {
  const entry = (number: number, actor: string, what: string, detail: Record<string, string | Record<string, string>>) => ({ number, at: "2026-01-15T12:00:00.000Z", actor, what, detail });
  const injected = reduce(emptyModel, entry(1, "operator", "fault-injected", { id: "fault-1", fault: { kind: "unhealthy", to: "candidate" } }));
  expect(injected.faults).toHaveLength(1);
  expect(reduce(injected, entry(2, "rehearsal", "taken-up", {})).faults).toEqual([]);
});

it("gives a line to what a person wants to know, and none to the rest", () => {
  const line = (actor: string, what: string, detail: Record<string, string | number>): string | undefined => lineOf({ number: 1, at: "", actor, what, detail })?.text;
  expect(line("cloudwatch", "alarm-state", { alarm: "errors", from: "OK", to: "ALARM" })).toBe("Alarm errors: OK → ALARM");
  expect(line("ecs", "container", { container: "web", status: "STOPPED", exitCode: 137 })).toBe("Container web has ended with 137");
  expect(line("ecs", "container", { container: "web", status: "STOPPED", exitCode: 0 })).toBeUndefined();
  expect(line("caller:arn", "call", {})).toBeUndefined();
});
