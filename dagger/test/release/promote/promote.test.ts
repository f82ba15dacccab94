import { expect, it } from "vitest";
import { promote, waitOf } from "../../../src/release/promote.ts";
import { cutOff, deny, loseAnswer } from "../support/break-calls.ts";
import { setUp, told, type Setting } from "../watch/setting.ts";
import type { WorldJson } from "../support/start-world.ts";

const commit = "5".repeat(40);

/** The group waits for somebody before traffic goes over. */
const waiting = (minutes: number) => (world: WorldJson): void => {
  const config = world.resource["aws_codedeploy_deployment_group"]?.["notes"]?.["blue_green_deployment_config"] as Record<string, unknown>;
  config["deployment_ready_option"] = { action_on_timeout: "STOP_DEPLOYMENT", wait_time_in_minutes: minutes };
};

const promoteIn = async (setting: Setting) => {
  const { clients, clock, emit, names, signal } = setting.options("");
  return promote({ clients, clock, emit, names, signal });
};

it("leaves the READY wait when somebody promotes, and is released", async () => {
  const setting = await setUp({ change: waiting(60) });
  const { deploymentId } = await setting.deploy(commit);
  const options = setting.options(deploymentId);
  let promoted: Promise<unknown> | undefined;
  const outcome = await setting.watch(deploymentId, {
    emit: (event) => {
      options.emit(event);
      if (event.kind === "waiting-for-promote") promoted = promoteIn(setting);
    },
  });
  expect(await promoted).toEqual({ deploymentId, ended: "READY_WAIT" });
  expect(outcome.kind).toBe("released");
  const seen = told(setting.events);
  expect(seen.indexOf("promoted")).toBeGreaterThan(seen.indexOf("waiting-for-promote"));
  expect(seen.indexOf("traffic 10")).toBeGreaterThan(seen.indexOf("promoted"));
  const { untilMs = 0, atMs } = setting.events.flatMap((event) => (event.kind === "waiting-for-promote" ? event : []))[0] ?? { atMs: 0 };
  expect(Math.abs(untilMs - atMs - 60 * 60_000)).toBeLessThan(10_000);
});

it("ends with all traffic on the old version when nobody promotes in time", async () => {
  const setting = await setUp({ change: waiting(5) });
  const { deploymentId } = await setting.deploy(commit);
  const outcome = await setting.watch(deploymentId);
  expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "TIMEOUT", candidatePercent: 0 });
  expect(told(setting.events).filter((line) => line.startsWith("traffic"))).toEqual([]);
});

it("ends the termination wait", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  const { clock, record, watch } = setting;
  await clock.runUntil(() => record(deploymentId).stage === "TerminationWait");
  const waitedMs = clock.now();
  expect(await promoteIn(setting)).toEqual({ deploymentId, ended: "TERMINATION_WAIT" });
  expect((await watch(deploymentId)).kind).toBe("released");
  expect(clock.now() - waitedMs).toBeLessThan(60_000);
});

it("says that a shift which runs cannot be hurried, and changes nothing", async () => {
  const setting = await setUp();
  const { deploymentId } = await setting.deploy(commit);
  await setting.clock.runUntil(() => setting.record(deploymentId).stage === "AllowTraffic");
  await expect(promoteIn(setting)).rejects.toMatchObject({ code: "NOT_POSSIBLE_NOW", exitCode: 2, happened: `Deployment ${deploymentId} is shifting traffic, and CodeDeploy cannot hurry a shift that runs. Nothing was changed.` });
  expect((await setting.watch(deploymentId)).kind).toBe("released");
});

it("says that nothing runs", async () => {
  await expect(promoteIn(await setUp())).rejects.toMatchObject({ code: "NOT_POSSIBLE_NOW", happened: "No deployment runs, so there is nothing to promote. Nothing was changed." });
});

it.each([
  ["Created", [], "is not waiting for anybody yet: it is between two lifecycle events"],
  ["InProgress", [{ name: "Install", status: "InProgress" }], "is not waiting for anybody yet: it is in Install"],
  ["Succeeded", [], "is over: it ended as Succeeded"],
] as const)("refuses what is %s", (status, events, words) => {
  const seen = events.map((event) => ({ ...event, startedAtMs: undefined, endedAtMs: undefined, message: undefined }));
  expect(() => waitOf({ id: "d-1", status, inTerminationWait: status === "Succeeded" }, seen)).toThrow(words);
});

const untilReady = async (minutes = 60): Promise<Setting & { readonly deploymentId: string }> => {
  const setting = await setUp({ change: waiting(minutes) });
  const { deploymentId } = await setting.deploy(commit);
  await setting.clock.runUntil(() => setting.record(deploymentId).stage === "ReadyWait");
  return { ...setting, deploymentId };
};
const promoteThis = async (setting: Setting, deploymentId: string) => promote(setting.options(deploymentId));

it.each(["ListDeployments", "GetDeployment", "GetDeploymentTarget", "ContinueDeployment"])("names the action that it may not do, and changes nothing: %s", async (command) => {
  const setting = await untilReady();
  await deny(setting.clients, "codedeploy", command, `codedeploy:${command}`);
  const error: unknown = await promoteIn(setting).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "ACCESS_DENIED", exitCode: 2, happened: `arn:aws:sts::123456789012:assumed-role/x/y may not do codedeploy:${command}. Nothing was changed.` });
  expect((await setting.info(setting.deploymentId).catch(() => undefined))?.status ?? "Ready").toBe("Ready");
});

it("says in words that there are no credentials, at once", async () => {
  const setting = await untilReady();
  const none = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
  const codedeploy = await setting.clients.codedeploy();
  codedeploy.middlewareStack.add(() => async () => Promise.reject(none), { step: "initialize" });
  const beforeMs = setting.clock.now();
  await expect(promoteIn(setting)).rejects.toMatchObject({ code: "NO_CREDENTIALS", exitCode: 2 });
  await expect(promoteThis(setting, setting.deploymentId)).rejects.toMatchObject({ code: "NO_CREDENTIALS", exitCode: 2, happened: expect.stringContaining("Nothing was changed.") as string });
  expect(setting.clock.now()).toBe(beforeMs);
});

it("has promoted it when the answer was lost, and CodeDeploy says at the second try that it waits no more", async () => {
  const setting = await untilReady();
  await loseAnswer(setting.clients, "codedeploy", "ContinueDeployment");
  expect(await promoteIn(setting)).toEqual({ deploymentId: setting.deploymentId, ended: "READY_WAIT" });
});

it("does not say that nothing was changed when no answer came", async () => {
  const setting = await untilReady();
  await cutOff(setting.clients, "codedeploy", "ContinueDeployment");
  await expect(promoteIn(setting)).rejects.toMatchObject({ code: "LOST_SIGHT", exitCode: 3, happened: expect.stringContaining("it is not known whether it still waits") as string });
});
