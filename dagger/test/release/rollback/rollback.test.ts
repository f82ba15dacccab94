import { expect, it } from "vitest";
import { ecrSlice } from "../../../../ci/rehearsal/src/services/ecr/state.ts";
import { back, releasesOf, runs } from "../support/going-back.ts";
import { schemaWarnings } from "../../../src/release/rollback/schema-warnings.ts";
import { setUp, told, type Setting } from "../watch/setting.ts";
import type { WorldJson } from "../support/start-world.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

it("brings the release before back, all of it at once, and again the one before that, and then says that there is none", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b, c);
  const first = await back(setting);
  expect(first).toMatchObject({ exitCode: 0, plan: { kind: "rollback", commit: b, fromCommit: c }, outcome: { kind: "released", summary: expect.stringContaining("the earlier version is back") as string } });
  expect(first.plan?.changes).toEqual([{ path: "containers.proxy.image", from: expect.stringContaining("@sha256:") as string, to: expect.stringContaining("@sha256:") as string }]);
  expect(first.backAfterMs).toBeGreaterThan(0);
  expect(first.backAfterMs).toBeLessThan(120_000);
  expect(await runs(setting)).toBe(b);
  expect(told(setting.events).filter((line) => line.startsWith("traffic"))).toEqual(["traffic 100"]);
  expect(await back(setting)).toMatchObject({ exitCode: 0, plan: { commit: a } });
  expect(await runs(setting)).toBe(a);
  await expect(back(setting)).rejects.toMatchObject({ code: "NOTHING_TO_ROLL_BACK_TO", exitCode: 2 });
});

it("goes from B to A after C has failed", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  setting.inject({ kind: "alarm", alarm: "notes-5xx-alarm", when: { fromTrafficPercent: 20 } });
  const { deploymentId } = await setting.deploy(c);
  expect(await setting.watch(deploymentId)).toMatchObject({ kind: "rolled-back" });
  expect(await runs(setting)).toBe(b);
  expect(await back(setting)).toMatchObject({ exitCode: 0, plan: { commit: a } });
});

it("goes to the commit that is named", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b, c);
  expect(await back(setting, { to: a.slice(0, 7) })).toMatchObject({ exitCode: 0, plan: { commit: a } });
  expect(await runs(setting)).toBe(a);
});

it("shows what it would do, and does nothing, with dry-run", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  setting.calls();
  const result = await back(setting, { dryRun: true, warnings: async () => Promise.resolve(["The schema of the database is two releases ahead of aaaaaaa."]) });
  expect(result).toMatchObject({ exitCode: 0, plan: { commit: a, notes: expect.arrayContaining(["The schema of the database is two releases ahead of aaaaaaa."]) as string[] } });
  expect(result.outcome).toBeUndefined();
  expect(setting.calls().filter((call) => /Create|Stop|Register/.test(call))).toEqual([]);
  expect(told(setting.events)).toEqual(["planned"]);
  expect(await runs(setting)).toBe(b);
});

it("refuses while a deployment runs, naming it", async () => {
  const setting = await setUp();
  await releasesOf(setting, a);
  const { deploymentId } = await setting.deploy(b);
  await setting.clock.advance(180_000);
  await expect(back(setting)).rejects.toMatchObject({ code: "DEPLOYMENT_RUNS", exitCode: 2, happened: `Deployment ${deploymentId} of bbbbbbb runs. Nothing was changed.` });
  expect((await setting.info(deploymentId)).status).toBe("InProgress");
});

it("stops the shift that runs, and waits until all traffic is back", async () => {
  const setting = await setUp();
  await releasesOf(setting, a);
  const { deploymentId } = await setting.deploy(b);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 4);
  const result = await back(setting, { stop: true });
  expect(result).toMatchObject({ exitCode: 0, stopped: deploymentId, outcome: { kind: "rolled-back", errorCode: "MANUAL_STOP", candidatePercent: 0 } });
  expect(result.backAfterMs).toBeLessThan(10_000);
  expect(await runs(setting)).toBe(a);
  expect(told(setting.events)).toEqual(expect.arrayContaining(["stopped", "rollback-started", "traffic 0", "ended rolled-back"]));
});

it("stops the one that runs and goes to the commit that is named", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  const { deploymentId } = await setting.deploy(c);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 2);
  expect(await back(setting, { stop: true, to: a })).toMatchObject({ exitCode: 0, stopped: deploymentId, plan: { commit: a } });
  expect(await runs(setting)).toBe(a);
});

it("stops nothing for a commit that was never released; and says what was stopped when it is refused after that", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  const { deploymentId } = await setting.deploy(c);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 2);
  await expect(back(setting, { stop: true, to: "d".repeat(40) })).rejects.toMatchObject({ code: "UNKNOWN_COMMIT", happened: expect.stringMatching(/Nothing was changed\.$/) as string });
  expect((await setting.info(deploymentId)).status).toBe("InProgress");
  forgetImage(setting, a);
  await expect(back(setting, { stop: true, to: a })).rejects.toMatchObject({ code: "NOTHING_TO_ROLL_BACK_TO", happened: expect.stringMatching(new RegExp(`needs an image that is gone from the registry: .* Deployment ${deploymentId} was stopped; nothing else was changed\\.$`)) as string });
  expect(await runs(setting)).toBe(b);
});

it.each<[string, number | undefined, readonly string[]]>([
  ["how many migrations came since", 2, ["The database does not go back with it: 2 files were added to db/migrations since aaaaaaa, which has to work with the newer schema."]],
  ["nothing when there were none", 0, []],
  ["that it does not know, without the history", undefined, ["Nobody knows here whether the database's schema is newer than the version that is gone back to: Git does not have both commits."]],
])("says of a database that does not go back %s", async (_what, added, said) => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  const asked: string[][] = [];
  const filesAdded = async (...commits: [string, string, string]): Promise<number | undefined> => {
    asked.push(commits);
    return Promise.resolve(added);
  };
  const of = (database: "external" | "sidecar") => schemaWarnings({ git: { filesAdded }, settings: { database, migrations: "db/migrations" } });
  const { plan } = await back(setting, { dryRun: true, warnings: of("external") });
  expect(plan?.notes.slice(1)).toEqual(said);
  expect(asked).toEqual([[a, b, "db/migrations"]]);
  expect((await back(setting, { dryRun: true, warnings: of("sidecar") })).plan?.notes).toHaveLength(1);
});

function forgetImage(setting: Setting, commit: string): void {
  const repository = setting.rehearsal.parts.world.slice(ecrSlice).repositories.find(({ name }) => name === "notes-proxy");
  repository?.images.splice(0, repository.images.length, ...repository.images.filter(({ tags }) => !tags.includes(commit.slice(0, 7))));
}

it("refuses when the image is gone", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  forgetImage(setting, a);
  await expect(back(setting)).rejects.toMatchObject({ code: "NOTHING_TO_ROLL_BACK_TO", happened: expect.stringMatching(/aaaaaaa \(notes-task:2\) needs an image that is gone from the registry: .*notes-proxy@sha256:/) as string });
  expect(await runs(setting)).toBe(b);
});

it("goes back although the alarm fires, which would stop the way back too, and says so", async () => {
  const setting = await setUp();
  await releasesOf(setting, a, b);
  setting.inject({ kind: "alarm", alarm: "notes-5xx-alarm" });
  await setting.clock.advance(180_000);
  const result = await back(setting);
  expect(result).toMatchObject({ exitCode: 0, plan: { ignoresAlarms: true, notes: expect.arrayContaining([expect.stringContaining("notes-5xx-alarm has fired already")]) as string[] } });
  expect(await runs(setting)).toBe(a);
});

it("does not wait for somebody to promote it where releases do", async () => {
  const ready = (world: WorldJson): void => {
    const config = world.resource["aws_codedeploy_deployment_group"]?.["notes"]?.["blue_green_deployment_config"] as Record<string, unknown>;
    config["deployment_ready_option"] = { action_on_timeout: "STOP_DEPLOYMENT", wait_time_in_minutes: 60 };
  };
  const setting = await setUp({ change: ready });
  for (const commit of [a, b]) {
    const { deploymentId } = await setting.deploy(commit);
    await setting.clock.runUntil(() => setting.record(deploymentId).stage === "ReadyWait");
    const { promote } = await import("../../../src/release/promote.ts");
    await setting.clock.advance(0);
    await promote(setting.options(deploymentId));
    await setting.untilOver();
  }
  const result = await back(setting);
  expect(result).toMatchObject({ exitCode: 0, plan: { commit: a } });
  expect(result.backAfterMs).toBeLessThan(180_000);
});

it("puts right a shift that somebody stopped half way", async () => {
  const setting = await setUp();
  await releasesOf(setting, a);
  const { deploymentId } = await setting.deploy(b);
  await setting.clock.runUntil(() => setting.record(deploymentId).shiftsDone === 4);
  const { StopDeploymentCommand } = await import("@aws-sdk/client-codedeploy");
  await (await setting.clients.codedeploy()).send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }));
  expect(await setting.watch(deploymentId)).toMatchObject({ kind: "mixed" });
  expect(await back(setting)).toMatchObject({ exitCode: 0, plan: { commit: a } });
  expect(await runs(setting)).toBe(a);
});
