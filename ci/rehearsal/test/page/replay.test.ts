import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { beforeAll, afterAll, expect, it, onTestFinished } from "vitest";
import { replay } from "../../src/command-line/replay.ts";
import { withBrowser } from "./support/browser-page.ts";

const { open, said } = withBrowser();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rehearsal-replay-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const fileOf = async (text: string): Promise<string> => {
  const file = join(folder, "timeline.ndjson");
  await writeFile(file, text);
  return file;
};

const line = (number: number, second: number, actor: string, what: string, detail: object): string => JSON.stringify({ number, at: new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString(), actor, what, detail });
const recorded = [
  line(1, 0, "ecs", "task-set-created", { taskSet: "arn:set/one", service: "arn:service/main/web", taskDefinition: "arn:task-definition/web:1", targetGroups: ["arn:targetgroup/blue/1"], desired: 1, status: "PRIMARY" }),
  line(2, 1, "cloudwatch", "alarm-configured", { alarm: "errors", state: "OK", description: null }),
  line(3, 30, "cloudwatch", "alarm-state", { alarm: "errors", from: "OK", to: "ALARM", reason: "too many" }),
  line(4, 90, "cloudwatch", "alarm-state", { alarm: "errors", from: "ALARM", to: "OK", reason: "none any more" }),
].join("\n");

it("plays a rehearsal that is over: from event to event, by time, and by itself; nothing can be changed", async () => {
  const { url, server } = await replay(await fileOf(`${recorded}\n`), 0);
  onTestFinished(() => { server.close(); server.closeAllConnections(); });
  const page = await open(url);
  await page.getByText("Replay of timeline.ndjson").waitFor();
  expect(await page.locator(".clock time").innerText()).toBe("2026-01-15 12:00:00");
  await page.getByRole("button", { name: "Next event" }).press("Enter");
  await page.getByText("2026-01-15 12:00:30").waitFor();
  await page.getByText("Alarm errors: OK → ALARM").waitFor();
  await page.getByRole("button", { name: "Event before" }).press("Enter");
  await page.getByText("2026-01-15 12:00:00").waitFor();
  expect(await page.getByText("Alarm errors: OK → ALARM").count()).toBe(0);
  await page.getByRole("slider", { name: "Time" }).press("End");
  await page.getByText("Alarm errors: ALARM → OK").waitFor();
  await page.getByLabel("Speed").selectOption("300");
  await page.getByRole("button", { name: "Play" }).press("Enter");
  // From the end it begins anew, and 90 seconds take 0.3.
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("button", { name: "Play" }).waitFor();
  expect(await page.locator(".clock time").innerText()).toBe("2026-01-15 12:01:30");
  expect(await page.getByText("Inject a fault").count()).toBe(0);
  expect((await fetch(`${url}faults`, { method: "POST", body: "{}" })).status).toBe(405);
  expect(said()).toEqual([]);
});

it.each([
  ["empty", "\n", /timeline\.ndjson is empty: nothing happened/],
  ["broken in a line", `${recorded.split("\n")[0] ?? ""}\n{"number":2,\n`, /^Line 2 of .*timeline\.ndjson is no entry of a timeline/],
  ["of another form", `{"number":1}\n`, /^Line 1 of .*\(at: /],
])("refuses a file that is %s", async (_name, text, message) => {
  await expect(replay(await fileOf(text), 0)).rejects.toMatchObject({ code: "BAD_ARGUMENTS", message: expect.stringMatching(message) as string });
});

it("refuses a file that is not there, and a port that is taken", async () => {
  await expect(replay(join(folder, "nothing"), 0)).rejects.toMatchObject({ code: "BAD_ARGUMENTS" });
  const file = await fileOf(recorded);
  const { url, server } = await replay(file, 0);
  onTestFinished(() => { server.close(); });
  await expect(replay(file, Number(new URL(url).port))).rejects.toMatchObject({ code: "PORT_TAKEN" });
});

it.each(["//", "http://"])("outlives a request for %s", async (path) => {
  const main = fileURLToPath(new URL("../../src/command-line/main.ts", import.meta.url));
  const playing = execa(process.execPath, [main, "replay", await fileOf(recorded)], { reject: false });
  const [told] = (await once(playing.stdout, "data")) as [Buffer];
  const url = String(told).split(" ")[0] ?? "";
  const asked = get(url, { path, agent: false });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect(answer.statusCode).toBe(308);
  expect((await fetch(`${url}timeline`)).status).toBe(200);
  playing.kill("SIGINT");
  expect((await playing).stderr).toBe("");
});

it("is not asked by names that are not this machine's", async () => {
  const { url, server } = await replay(await fileOf(recorded), 0);
  onTestFinished(() => { server.close(); server.closeAllConnections(); });
  const [answer] = (await once(get(`${url}timeline`, { headers: { host: "evil.example" }, agent: false }), "response")) as [IncomingMessage];
  expect(answer.statusCode).toBe(403);
});

it("is a command", async () => {
  const main = fileURLToPath(new URL("../../src/command-line/main.ts", import.meta.url));
  const playing = execa(process.execPath, [main, "replay", await fileOf(recorded)], { reject: false });
  const [said] = (await once(playing.stdout, "data")) as [Buffer];
  expect(String(said)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_rehearsal\/ plays .*timeline\.ndjson, until Ctrl-C\.\n$/);
  playing.kill("SIGINT");
  expect((await playing).stderr).toBe("");
  expect(await execa(process.execPath, [main, "replay", await fileOf("")], { reject: false })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is empty") as string });
});
