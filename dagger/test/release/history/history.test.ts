import { expect, it } from "vitest";
import { historyEntrySchema, statusSchema } from "../../../src/report/release-schema.ts";
import { deploymentDescription, readDescription } from "../../../src/release/deployment-description.ts";
import { apply } from "../../../src/release/apply.ts";
import { historyOf, readHistory } from "../../../src/release/history.ts";
import { makePlan } from "../../../src/release/make-plan.ts";
import { readRevisions } from "../../../src/release/read-revisions.ts";
import { rollBack } from "../../../src/release/rollback.ts";
import { readStatus } from "../../../src/release/status.ts";
import { aWant, commitA, haveOf } from "../support/a-want.ts";
import { never, setUp, virtualReleaseClock, type Setting } from "../watch/setting.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

const optionsOf = (setting: Setting) => {
  const { clients, clock, names } = setting.options("");
  return { clients, clock, names, signal: never };
};

it("tells from AWS alone what was released, by whom, how long it took and how it ended", async () => {
  const setting = await setUp();
  const options = optionsOf(setting);
  expect((await readHistory(options)).entries).toEqual([]);
  for (const commit of [a, b]) {
    await setting.deploy(commit);
    await setting.untilOver();
  }
  setting.inject({ kind: "alarm", alarm: "notes-5xx-alarm", when: { fromTrafficPercent: 20 } });
  const { deploymentId: failed } = await setting.deploy(c);
  await setting.untilOver();
  const { emit } = setting.options("");
  await rollBack({ ...options, clock: virtualReleaseClock(setting.clock), emit, settings: setting.settings, by: "grace hopper" });
  const { deploymentId: running } = await setting.deploy("d".repeat(40));

  const { entries } = await readHistory(options);
  for (const entry of entries) expect(historyEntrySchema.parse(entry)).toEqual(entry);
  expect(entries.map(({ by, commit, errorCode, outcome, what }) => ({ what, commit: commit?.slice(0, 1), by, outcome, errorCode }))).toEqual([
    { what: "release", commit: "d", by: "a test", outcome: "running", errorCode: undefined },
    { what: "rollback", commit: "a", by: "grace hopper", outcome: "released", errorCode: undefined },
    { what: "release", commit: "c", by: "a test", outcome: "rolled-back", errorCode: "ALARM_ACTIVE" },
    { what: "release", commit: "b", by: "a test", outcome: "released", errorCode: undefined },
    { what: "release", commit: "a", by: "a test", outcome: "released", errorCode: undefined },
  ]);
  expect(entries[0]).toMatchObject({ deploymentId: running });
  expect(entries[0]).not.toHaveProperty("endedAt");
  expect(entries[2]).toMatchObject({ deploymentId: failed, rollbackId: expect.stringMatching(/^d-/) as string });
  // Two seconds until it starts, a minute until it is steady, nine of shifts and five of waiting.
  expect(entries[3]?.durationMs).toBeGreaterThan(14 * 60_000);
  expect(entries[3]?.durationMs).toBeLessThan(17 * 60_000);
});

it("says what runs, since when and with how much of the traffic, what is under way, and the alarms", async () => {
  const setting = await setUp();
  const options = optionsOf(setting);
  expect(await readStatus(options)).toMatchObject({ service: "notes-service", versions: [{ primary: true, percent: 100, running: 1 }], alarms: [{ name: "notes-5xx-alarm" }], unread: [] });
  const first = await setting.deploy(a);
  await setting.untilOver();
  const second = await setting.deploy(b);
  await setting.clock.runUntil(() => setting.record(second.deploymentId).shiftsDone === 3);
  const status = await readStatus(options);
  expect(statusSchema.parse(status)).toEqual(status);
  expect(status.versions).toEqual([
    expect.objectContaining({ primary: true, commit: a, deploymentId: first.deploymentId, percent: 70, since: (await setting.info(first.deploymentId)).createTime?.toISOString() }),
    expect.objectContaining({ primary: false, commit: b, deploymentId: second.deploymentId, percent: 30 }),
  ]);
  expect(status.deployment).toMatchObject({ deploymentId: second.deploymentId, what: "release", status: "InProgress", commit: b });
});

it("says what could not be read, and takes it for nothing", async () => {
  const setting = await setUp();
  const denied = Object.assign(new Error("User: x is not authorized to perform: cloudwatch:DescribeAlarms on resource: *"), { name: "AccessDeniedException" });
  const status = await readStatus({ ...optionsOf(setting), clients: { ...setting.clients, cloudwatch: async () => Promise.reject(denied) } });
  expect(status.alarms).toEqual([]);
  expect(status.unread).toEqual([expect.stringContaining("alarms (cloudwatch:DescribeAlarms)") as string]);
});

it.each([
  [{ what: "release", commit: a, by: "ada" }, `release ${a} by ada`],
  [{ what: "rollback", commit: b, by: "Grace\nHopper <grace@example.org>" }, `rollback to ${b} by Grace Hopper <grace@example.org>`],
  [{ what: "rollback", commit: "", by: "" }, "rollback to a revision without a commit"],
  [{ what: "release", commit: a, by: "ada; break-glass: not me", breakGlass: "the house\nburns; break-glass: twice" }, `release ${a} by ada, break-glass: not me; break-glass: the house burns; break-glass: twice`],
] as const)("writes on a deployment who started it as what: %o", (given, text) => {
  expect(deploymentDescription(given)).toBe(text);
  expect(readDescription(text)).toMatchObject({ what: given.what, commit: given.commit === "" ? undefined : given.commit });
});

it.each([
  ["", { what: "release", commit: undefined, by: undefined }],
  ["Deployed by a GitHub action", { what: "release", commit: undefined, by: "a GitHub action" }],
  ["1234567", { what: "release", commit: "1234567", by: undefined }],
])("reads what another tool has written: %s", (text, expected) => {
  expect(readDescription(text)).toEqual(expected);
});

it("keeps a description within CodeDeploy's limit", () => {
  expect(deploymentDescription({ what: "release", commit: a, by: "x".repeat(500) })).toHaveLength(256);
});

it("keeps room for a reason beside a long name", () => {
  const text = deploymentDescription({ what: "release", commit: a, by: "x".repeat(500), breakGlass: `because ${"y".repeat(500)}` });
  expect(text).toHaveLength(256);
  expect(readDescription(text)).toMatchObject({ commit: a, by: "x".repeat(80), breakGlass: expect.stringMatching(/^because y{90}/) as string });
});

it("takes no commit from a reason", () => {
  expect(readDescription(`release by ada; break-glass: it was fine at ${a}`)).toMatchObject({ commit: undefined, by: "ada", breakGlass: `it was fine at ${a}` });
});

it("keeps why a release went against the rules, on the revision and on the deployment", async () => {
  const setting = await setUp();
  const want = { ...aWant(setting), breakGlass: "the house burns, and the gates are down" };
  const { clients, emit } = setting.options("");
  await apply(makePlan(want, await haveOf(setting, want), { isAncestor: undefined, allowOlder: false }), want, { clients, emit, signal: never });
  await setting.untilOver();
  const { entries, have } = await readHistory(optionsOf(setting));
  expect(entries[0]).toMatchObject({ commit: commitA, by: want.by, breakGlass: "the house burns, and the gates are down" });
  expect(historyEntrySchema.parse(entries[0])).toEqual(entries[0]);
  // A tag holds no commas.
  expect(have.current?.tags["gitops:break-glass"]).toBe("the house burns and the gates are down");
  expect(historyOf([{ ...(have.ended[0] ?? expect.fail()), description: "" }], new Map([[have.current?.arn ?? "", (await readRevisions(clients, [have.current?.arn ?? ""], never)).get(have.current?.arn ?? "") ?? expect.fail()]]))[0]).toMatchObject({ commit: commitA, breakGlass: "the house burns and the gates are down" });
});
