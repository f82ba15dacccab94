import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { operatorKey } from "../../src/iam/access-keys.ts";
import { holderOf } from "../../src/state/state-lock.ts";
import { main, notesWorld, rehearsal, scratchState, start, withoutContainers } from "./process.ts";

const patient = { timeout: 120_000 };

interface World {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

/** The world of the notes, otherwise. */
async function changedWorld(file: string, change: (world: World) => void): Promise<string> {
  const world = JSON.parse(await readFile(notesWorld, "utf8")) as World;
  change(world);
  await writeFile(file, JSON.stringify(world));
  return file;
}

/** A port that is free now. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

it("makes the right world after a wrong one has failed", patient, async () => {
  const state = await scratchState();
  const wrong = await changedWorld(join(state, "wrong.tf.json"), ({ resource }) => {
    for (const group of Object.values(resource["aws_codedeploy_deployment_group"] ?? {})) group["deployment_config_name"] = "CodeDeployDefault.Nope";
  });
  expect(await rehearsal("start", "--port", "0", "--state", state, "--world", wrong)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("CodeDeployDefault.Nope") as string });
  const { url } = await start(state, "--world", notesWorld);
  const codedeploy = new CodeDeploy({ endpoint: url, region: "eu-west-1", credentials: operatorKey });
  const [applicationName = ""] = (await codedeploy.listApplications({})).applications ?? [];
  expect((await codedeploy.listDeploymentGroups({ applicationName })).deploymentGroups).toHaveLength(1);
  const told = JSON.parse(await readFile(join(state, "running.json"), "utf8")) as { id: string };
  expect(await (await fetch(`${url}/_rehearsal/status`)).json()).toMatchObject({ id: told.id });
});

it("refuses a world other than the saved one, until --fresh; and says what of a world it has not", patient, async () => {
  const state = await scratchState();
  const changed = await changedWorld(join(state, "notes.tf.json"), () => undefined);
  await start(state, "--world", changed);
  await rehearsal("stop", "--state", state);
  await changedWorld(changed, ({ resource }) => { resource["aws_sqs_queue"] = { late: { name: "late" } }; });
  const refused = await rehearsal("start", "--port", "0", "--state", state, "--world", changed);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/was made from .*notes\.tf\.json before that was changed\. Nothing was started\. Start with --fresh/) as string });
  expect((await rehearsal("status", "--state", state)).exitCode).toBe(2);
  // Elsewhere, and the same.
  await start(state, "--world", notesWorld);
  await rehearsal("stop", "--state", state);
  expect(await rehearsal("start", "--fresh", "--port", "0", "--state", state, "--world", changed)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/left out: .*aws_sqs_queue\.late/) as string });
});

it("begins anew by itself where the saved world is another one, and only there, when that is asked for", patient, async () => {
  const state = await scratchState();
  const file = await changedWorld(join(state, "notes.tf.json"), () => undefined);
  const again = ["--world", file, "--fresh-when-changed"];
  await start(state, ...again);
  const madeAt = async (): Promise<unknown> => (JSON.parse(((await readFile(join(state, "timeline.ndjson"), "utf8")).split("\n")[0] ?? "")) as { at: unknown }).at;
  const first = await madeAt();
  await rehearsal("stop", "--state", state);
  await start(state, ...again);
  expect(await madeAt()).toBe(first);
  await rehearsal("stop", "--state", state);
  await changedWorld(file, ({ resource }) => { resource["aws_sqs_queue"] = { late: { name: "late" } }; });
  await start(state, ...again);
  expect(await madeAt()).not.toBe(first);
  expect(await readFile(join(state, "rehearsal.log"), "utf8")).toMatch(/The rehearsal begins anew, without what was released in it: its world was made from .*notes\.tf\.json before that was changed\./);
});

it("is one when it is started twice at once", patient, async () => {
  const state = await scratchState();
  const port = await freePort();
  const both = await Promise.all([port, port].map(async (one) => rehearsal("start", "--json", "--state", state, "--port", one)));
  expect(both).toMatchObject([{ exitCode: 0, stderr: "" }, { exitCode: 0, stderr: "" }]);
  const [first, second] = both.map(({ stdout }) => JSON.parse(stdout) as { pid: number; url: string });
  expect(first).toEqual(second);
  expect(holderOf(state)).toBe(first?.pid);
});

it("is one when it is started twice at once at two ports: the one that comes late is told where it is", patient, async () => {
  const state = await scratchState();
  const both = await Promise.all([await freePort(), await freePort()].map(async (one) => rehearsal("start", "--json", "--state", state, "--port", one)));
  const [first, late] = both.toSorted((one, other) => (one.exitCode ?? 0) - (other.exitCode ?? 0));
  const { pid, url } = JSON.parse(first?.stdout ?? "") as { pid: number; url: string };
  expect(late).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`A rehearsal runs at ${url} with this state, and its port is ${new URL(url).port}, not `) as string });
  expect(holderOf(state)).toBe(pid);
});

it("comes back after a kill -9 where it was, so that what runs there is called the same; elsewhere when somebody has that port", patient, async () => {
  const state = await scratchState();
  const first = await start(state);
  const gone = async ({ pid, url }: { readonly pid: number; readonly url: string }): Promise<void> => {
    process.kill(pid, "SIGKILL");
    await expect.poll(async () => fetch(url).then(() => "answers", () => holderOf(state))).toBeUndefined();
  };
  await gone(first);
  const second = await start(state);
  expect(second.url).toBe(first.url);
  await gone(second);
  const server = createServer((socket) => { socket.destroy(); }).listen(Number(new URL(first.url).port), "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => new Promise((resolve) => server.close(() => { resolve(); })));
  expect((await start(state)).url).not.toBe(first.url);
});

it("leaves the state of one that lives and is silent, and says so", patient, async () => {
  const state = await scratchState();
  const { pid, url } = await start(state);
  process.kill(pid, "SIGSTOP");
  onTestFinished(() => { process.kill(pid, "SIGCONT"); });
  const before = await readFile(join(state, "world.json"), "utf8");
  const commands = [["start", "--fresh", "--port", "0"], ["start", "--port", "0"], ["status"], ["stop"]];
  const silent = { exitCode: 2, stderr: expect.stringContaining(`${url} (process ${String(pid)}) has the state in ${state}, lives, and does not answer`) as string };
  expect(await Promise.all(commands.map(async (command) => rehearsal(...command, "--state", state)))).toMatchObject(commands.map(() => silent));
  expect(await readFile(join(state, "world.json"), "utf8")).toBe(before);
});

it("forgets only what is its own: a folder of somebody's keeps what it has", patient, async () => {
  const state = await scratchState();
  await mkdir(join(state, "blobs"));
  await Promise.all([writeFile(join(state, "thesis.txt"), "years"), writeFile(join(state, "blobs", "own"), "mine")]);
  await start(state, "--fresh");
  await rehearsal("stop", "--state", state);
  expect([await readFile(join(state, "thesis.txt"), "utf8"), await readFile(join(state, "blobs", "own"), "utf8")]).toEqual(["years", "mine"]);
  await start(state, "--fresh");
  expect(await readdir(state)).toContain("thesis.txt");
});

it("goes on where nothing can be written of what it says", patient, async () => {
  const state = await scratchState();
  const serving = execa("sh", ["-c", 'exec "$@" 2>/dev/full >/dev/full', "sh", process.execPath, main, "serve", "--port", "0", "--state", state], { reject: false, env: withoutContainers });
  await expect.poll(async () => (await rehearsal("status", "--state", state)).exitCode, { timeout: 60_000 }).toBe(0);
  await rehearsal("stop", "--state", state);
  expect((await serving).exitCode).toBe(0);
});
