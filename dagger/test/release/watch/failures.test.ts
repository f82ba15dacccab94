import { expect, it } from "vitest";
import { exitCodeOf } from "../../../src/release/outcome.ts";
import type { ReleaseEvent } from "../../../src/report/release-events.ts";
import { setUp, told, virtualReleaseClock, type Setting } from "./setting.ts";
import { clockUnderLoad } from "./under-load.ts";

const commit = "2".repeat(40);
const alarm = "notes-5xx-alarm";
const stopped = (events: readonly ReleaseEvent[]) => events.filter((event) => event.kind === "task-stopped");
/** An hour of waiting is looked at each half minute. */
const slowly = ({ clock }: Setting) => ({ clock: virtualReleaseClock(clock, 30_000) });

it.each([10, 50, 100])("is rolled back when the new version's answers are errors from %i percent of the traffic on, and says which alarm fired with its datapoints", async (percent) => {
  const setting = await setUp();
  const { deploy, events, inject, watch } = setting;
  inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: percent } });
  const { deploymentId } = await deploy(commit);
  const outcome = await watch(deploymentId, { clock: await clockUnderLoad(setting) });
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "ALARM_ACTIVE", deploymentStatus: "Stopped", candidatePercent: 0, rollbackId: expect.stringMatching(/^d-/) as string });
  expect(outcome.summary).toContain(`Activated alarms: <${alarm}>`);
  expect(exitCodeOf[outcome.kind]).toBe(1);
  const fired = events.find((event) => event.kind === "alarm" && event.state === "ALARM");
  expect(fired).toMatchObject({ name: alarm, reason: expect.stringMatching(/^Threshold Crossed: 2 out of the last 2 datapoints \[.*\] were greater than the threshold \(5\.0\)/) as string });
  const seen = told(events);
  const highest = Math.max(...events.flatMap((event) => (event.kind === "traffic" ? event.candidatePercent : [])));
  expect(highest).toBeGreaterThanOrEqual(percent);
  expect(seen.indexOf("rollback-started")).toBeGreaterThan(seen.indexOf(`alarm ${alarm} ALARM`));
  expect(seen.filter((line) => line.startsWith("traffic")).at(-1)).toBe("traffic 0");
  expect(seen.at(-1)).toBe("ended rolled-back");
  // Its tasks end because they are wanted no longer: nothing went wrong with them.
  expect(seen.filter((line) => line.startsWith("stopped:"))).toEqual([]);
});

it("tells why containers exit: code, and the last 20 lines of the one that died, without the password in them", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${String(index)}`);
  const setting = await setUp({
    handlers: {
      "": (container) => {
        if (!container.image.includes("@")) return () => new Response("ok");
        for (const line of [...lines, "cannot reach postgres://notes:planted-password@localhost:5432/notes"]) container.log(line);
        container.exit(3);
        return undefined;
      },
    },
  });
  const { deploymentId } = await setting.deploy(commit);
  const outcome = await setting.watch(deploymentId, slowly(setting));
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "TIMEOUT", deploymentStatus: "Failed" });
  const tasks = stopped(setting.events);
  expect(tasks).toHaveLength(5);
  expect(tasks[0]).toMatchObject({ reason: "Essential container in task exited", containers: [{ name: "proxy", exitCode: 3 }] });
  expect(tasks[0]?.containers[0]?.lastLines).toEqual([...lines.slice(-19), "cannot reach postgres://(not shown)@localhost:5432/notes"]);
  expect(JSON.stringify(setting.events)).not.toContain("planted-password");
});

it("tells that tasks never become healthy", async () => {
  const setting = await setUp();
  setting.inject({ kind: "unhealthy", to: "candidate" });
  const { deploymentId } = await setting.deploy(commit);
  const outcome = await setting.watch(deploymentId, slowly(setting));
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "TIMEOUT" });
  expect(stopped(setting.events)[0]).toMatchObject({ reason: expect.stringMatching(/^Task failed ELB health checks in/) as string });
});

it("tells that the image cannot be pulled", async () => {
  const setting = await setUp();
  setting.inject({ kind: "image-pull", image: "notes-proxy@" });
  const { deploymentId } = await setting.deploy(commit);
  const outcome = await setting.watch(deploymentId, slowly(setting));
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "TIMEOUT" });
  expect(stopped(setting.events)[0]?.reason).toContain("CannotPullContainerError");
});

it("tells that a secret is missing", async () => {
  const setting = await setUp();
  setting.inject({ kind: "secret-missing", secret: "notes-database" });
  const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:notes-database";
  const { deploymentId } = await setting.deploy(commit, { containerDefinitions: [{ name: "proxy", image: "notes-proxy", essential: true, portMappings: [{ containerPort: 8080 }], secrets: [{ name: "PASSWORD", valueFrom: arn }] }] });
  const outcome = await setting.watch(deploymentId, slowly(setting));
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "TIMEOUT" });
  expect(stopped(setting.events)[0]?.reason).toContain("ResourceInitializationError");
});

it("is over at once when the alarm fires already, with no traffic moved", async () => {
  const setting = await setUp();
  setting.inject({ kind: "alarm", alarm });
  await setting.clock.advance(120_000);
  const { deploymentId } = await setting.deploy(commit);
  const outcome = await setting.watch(deploymentId, { clock: virtualReleaseClock(setting.clock, 0) });
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "ALARM_ACTIVE", candidatePercent: 0 });
  expect(told(setting.events).filter((line) => line.startsWith("traffic"))).toEqual([]);
  // Two seconds of a rollback, and two until that is seen.
  const { completeTime, createTime } = await setting.info(deploymentId);
  expect((completeTime?.getTime() ?? 0) - (createTime?.getTime() ?? 0)).toBeLessThan(1000);
  expect(setting.clock.now() - (completeTime?.getTime() ?? 0)).toBeLessThanOrEqual(4000);
});

it("ends as failed, not as rolled back, when nothing was begun", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit, { containerDefinitions: [{ name: "other", image: "x", essential: true }] });
  const outcome = await setting.watch(deploymentId);
  expect(outcome).toMatchObject({ errorCode: "ECS_UPDATE_ERROR", candidatePercent: 0 });
  expect(exitCodeOf[outcome.kind]).toBe(1);
});
