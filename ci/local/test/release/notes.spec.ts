import { randomBytes } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applicationImages } from "../../src/check/application-images.ts";
import { withEngine } from "../../src/check/with-engine.ts";
import { until } from "../support/until.ts";
import { Deployments } from "./deployments.ts";
import { erring, notesDefinition, withVersion } from "./notes-definition.ts";
import { lostRequests } from "./lost-requests.ts";
import { failedPercent, figuresText, NotesLoad } from "./notes-load.ts";
import { ProcessList } from "./process-list.ts";
import { forgetPushed, pushImages } from "./push-images.ts";
import { RehearsalProcess } from "./rehearsal-process.ts";

/** The real images, released one after the other to the Notes world of the rehearsal, while users ask. */
const root = join(import.meta.dirname, "../../../..");

interface Setting {
  readonly rehearsal: RehearsalProcess;
  readonly deployments: Deployments;
  readonly definition: Awaited<ReturnType<typeof notesDefinition>>;
  readonly left: () => Promise<string[]>;
  load: NotesLoad | undefined;
  users: string;
  readonly processes: ProcessList;
}
let setting: Setting;
const cleanUps: (() => Promise<unknown>)[] = [];

/** For people: figures of a run, which decide nothing. */
async function say(text: string): Promise<void> {
  console.log(text);
  const file = process.env["GITOPS_RELEASE_FIGURES"];
  if (file !== undefined) await appendFile(file, `${text}\n`);
}

async function timed<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await work;
  await say(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}

const passwords = [randomBytes(18).toString("base64url"), randomBytes(18).toString("base64url")] as const;
const login = (username: string, password: string): string => JSON.stringify({ username, password });

beforeAll(async () => {
  const surroundings = { root, env: process.env, signal: new AbortController().signal, notify: (text: string) => { process.stderr.write(`  ${text}\n`); } };
  const { images, cli } = await timed("images built or found", withEngine(surroundings, async ({ engine, cli: program, services }) => ({ images: await applicationImages(engine, services, surroundings.signal), cli: program })));
  const secrets = { REHEARSAL_SECRET_NOTES_DATABASE_BACKEND: login("notes_backend", passwords[0]), REHEARSAL_SECRET_NOTES_DATABASE_MIGRATION: login("notes_migration", passwords[1]) };
  const processes = new ProcessList();
  cleanUps.push(async () => processes.stop());
  const rehearsal = await RehearsalProcess.start({ cli, world: join(root, "ci/rehearsal/worlds/notes.tf.json"), speed: 20, secrets });
  cleanUps.push(async () => rehearsal.stop());
  const tag = randomBytes(4).toString("hex").slice(0, 7);
  const [bootstrap = "", proxy = "", frontend = "", backend = "", database = ""] = await timed("five images pushed", pushImages(rehearsal, cli, [
    { reference: images.proxy, repository: "notes-proxy", tag: "bootstrap" },
    { reference: images.proxy, repository: "notes-proxy", tag },
    { reference: images.frontend, repository: "notes-frontend", tag },
    { reference: images.backend, repository: "notes-backend", tag },
    { reference: images.database, repository: "notes-database", tag },
  ]));
  cleanUps.push(async () => forgetPushed(cli, [bootstrap, proxy, frontend, backend, database]));
  const deployments = new Deployments(rehearsal);
  setting = { rehearsal, deployments, definition: await notesDefinition(rehearsal, { proxy, frontend, backend, database }), left: async () => rehearsal.left(), load: undefined, users: "", processes };
  cleanUps.unshift(async () => setting.load?.stop());
});

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

/** As a user has it now. */
const statusOf = async (path: string): Promise<number> => {
  const answer = await fetch(`${setting.users}${path}`);
  await answer.body?.cancel();
  return answer.status;
};

it("is ready before there is any version, and says that there is none", async () => {
  const { rehearsal, deployments } = setting;
  await timed("the bootstrap task is steady", until("the bootstrap task", async () => (await deployments.taskSets()).find(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE")));
  setting.users = await until("the production listener", async () => rehearsal.listenerAddress(80));
  expect([await statusOf("/ready"), await statusOf("/"), await statusOf("/api/notes")]).toEqual([200, 404, 404]);
});

it("is released for the first time", async () => {
  const { deployments, definition } = setting;
  const id = await deployments.create(await deployments.register(definition), "CodeDeployDefault.ECSAllAtOnce");
  await timed("first release, until four containers are healthy", deployments.untilPast(id, "Install"));
  await deployments.endTerminationWait(id);
  expect(await deployments.outcome(id)).toMatchObject({ status: "Succeeded" });
  expect([await statusOf("/ready"), await statusOf("/"), await statusOf("/api/notes")]).toEqual([200, 200, 200]);
});

it("loses no request in a linear release", async () => {
  const { deployments, definition, rehearsal } = setting;
  const load = new NotesLoad(setting.users);
  setting.load = load;
  const begun = performance.now();
  const id = await deployments.create(await deployments.register(withVersion(definition, "2")));
  await timed("second release, until four containers are healthy", deployments.untilPast(id, "Install"));
  await timed("shift in ten steps", deployments.untilPast(id, "AllowTraffic"));
  await deployments.endTerminationWait(id);
  const outcome = await deployments.outcome(id);
  // Whoever is still being answered by the old tasks counts, too.
  await timed("the old tasks stopped", deployments.untilAlone());
  const { figures } = load;
  await say(`linear release: ${((performance.now() - begun) / 1000).toFixed(1)} s; ${figuresText(figures)}`);
  if (figures.failures > 0) for (const line of await lostRequests(rehearsal)) await say(line);
  expect(outcome).toMatchObject({ status: "Succeeded" });
  expect(figures).toMatchObject({ failures: 0, groups: { "notes-blue": { failures: 0 }, "notes-green": { failures: 0 } } });
});

it("is rolled back by the alarm when the candidate errs", async () => {
  const { deployments, definition, load, rehearsal } = setting;
  if (load === undefined) throw new Error("nobody asks anything");
  const good = load.figures;
  const before = await deployments.untilAlone();
  const id = await deployments.create(await deployments.register(erring(definition, 30)));
  const { status, errorInformation, rollbackInfo } = await deployments.outcome(id);
  expect({ status, errorInformation }).toMatchObject({ status: "Stopped", errorInformation: { code: "ALARM_ACTIVE" } });
  expect(await deployments.outcome(rollbackInfo?.rollbackDeploymentId)).toMatchObject({ status: "Succeeded", creator: "codeDeployRollback" });
  expect(await deployments.untilAlone()).toEqual({ ...before, status: "PRIMARY" });
  const figures = await load.stop();
  setting.load = undefined;
  const reached = Math.max(...(await rehearsal.timeline()).filter(({ what, detail }) => what === "traffic-shifted" && detail["deployment"] === id).map(({ detail }) => Number(detail["candidatePercent"])));
  await say(`release that errs: stopped at ${String(reached)} %; ${failedPercent(figures, good)} of the requests meanwhile failed`);
  await say(`whole run: ${failedPercent(figures)} of the requests failed; ${figuresText(figures)}`);
  expect(reached).toBeLessThan(100);
  expect(figures.failures).toBeGreaterThan(0);
  // The candidate's only: whoever was on the old version noticed nothing.
  const [current, candidate, ...others] = Object.values(figures.groups).toSorted((one, other) => one.failures - other.failures);
  expect([current?.failures, candidate?.failures, others]).toEqual([0, figures.failures, []]);
  for (let time = 0; time < 20; time += 1) expect(await statusOf("/")).toBe(200);
});

it("tells nobody the passwords of the database, and breaks nowhere", async () => {
  const { processes, rehearsal } = setting;
  const commandLines = await processes.stop();
  expect(commandLines.includes("notes-backend")).toBe(true);
  const told = `${await rehearsal.kept()}\n${JSON.stringify(await rehearsal.timeline())}`;
  expect(told).toContain("database system is ready to accept connections");
  for (const password of passwords) expect([told.includes(password), commandLines.includes(password)]).toEqual([false, false]);
  expect((await rehearsal.timeline()).filter(({ what }) => what === "defect")).toEqual([]);
});

it("leaves nothing behind", async () => {
  const { rehearsal, left } = setting;
  expect(await left()).not.toEqual([]);
  await timed("stop", rehearsal.stop());
  await until("the process is gone", () => !rehearsal.isRunning || undefined);
  expect(await left()).toEqual([]);
});
