import { execa } from "execa";
import { expect, it } from "vitest";
import { faultKinds } from "../../src/faults/fault.ts";
import { describeFault, readFault } from "../../src/command-line/fault-command.ts";
import { main, notesWorld, rehearsal, scratchState, start } from "./process.ts";

it("makes faults, lists them and takes them back", async () => {
  const state = await scratchState();
  await start(state);
  const made = await rehearsal("fault", "responses", "--to", "candidate", "--share", "0.3", "--status", "500", "--from-traffic", "10", "--after", "2m", "--json", "--state", state);
  const { id } = JSON.parse(made.stdout) as { readonly id: string };
  expect((await rehearsal("faults", "--state", state)).stdout).toBe(`${id}  responses to candidate, share 0.3, status 500; after 120 s; from 10 % of the traffic`);
  expect((await rehearsal("status", "--state", state)).stdout).toContain("Faults: 1.");
  expect(await rehearsal("fault", "--remove", id, "--state", state)).toMatchObject({ exitCode: 0, stdout: `The fault ${id} is taken back.` });
  expect(await rehearsal("fault", "--remove", id, "--state", state)).toMatchObject({ exitCode: 2, stderr: `There is no fault ${id}. Nothing was changed. See: npm run rehearsal -- faults` });
  expect((await rehearsal("faults", "--json", "--state", state)).stdout).toBe("[]");
});

it.each([
  ["responses", { to: "current", share: 1, latency: "200ms" }, "responses to current, share 1, latencyMs 200"],
  ["unhealthy", { to: "candidate" }, "unhealthy to candidate"],
  ["container-exit", { to: "candidate", container: "proxy", exitCode: 1, times: 2 }, "container-exit to candidate, container proxy, exitCode 1; at most 2 times"],
  ["throttle", { share: 0.5, service: "ecs" }, "throttle share 0.5, service ecs"],
  ["api-error", { how: "hang-up" }, "api-error how hang-up, share 1"],
  ["alarm", { alarm: "errors" }, "alarm alarm errors"],
  ["image-pull", { image: "notes" }, "image-pull image notes"],
  ["secret-missing", { secret: "database" }, "secret-missing secret database"],
  ["zone-loss", { zone: "eu-west-1a" }, "zone-loss zone eu-west-1a"],
])("has every kind of fault: %s", (kind, options, said) => {
  expect(describeFault(readFault(kind, options))).toBe(said);
  expect(faultKinds).toHaveLength(9);
});

it.each([
  ["sunspots", {}, "There is no kind of fault called sunspots. Nothing was changed."],
  ["responses", {}, "A fault of the kind responses cannot be made of that: --to is needed: it has to be current or candidate; --share is needed. Nothing was changed."],
  ["responses", { to: "candidate", share: 0.5 }, "A fault of the kind responses cannot be made of that: --status or --latency is needed. Nothing was changed."],
  ["alarm", { alarm: "errors", zone: "eu-west-1a" }, "A fault of the kind alarm cannot be made of that: it has no --zone. Nothing was changed."],
  ["unhealthy", { to: "green" }, "A fault of the kind unhealthy cannot be made of that: --to has to be current or candidate. Nothing was changed."],
  ["responses", { to: "current", share: 1, latency: "soon" }, "soon is no time. Nothing was changed."],
])("says in plain words what is wrong with a fault: %s %j", (kind, options, message) => {
  expect(() => readFault(kind, options)).toThrow(message);
});

it("shows services, traffic, deployments, alarms and hooks, and measures load", async () => {
  const state = await scratchState();
  const { url } = await start(state, "--world", notesWorld, "--hook", "smoke=true --quickly");
  const { stdout } = await rehearsal("status", "--state", state);
  expect(stdout).toMatch(/^service {5}\S+ +0 of \d tasks$/m);
  expect(stdout).toMatch(/^ {2}task set {2}\S+ +0 of \d tasks +PRIMARY +notes-blue +100 % of traffic$/m);
  expect(stdout).toMatch(/^deployment {2}\S+\/\S+ +none under way$/m);
  expect(stdout).toMatch(/^alarm {7}\S+ +\w+$/m);
  expect(stdout).toMatch(/^hook {2}smoke {2}true --quickly$/m);
  expect(JSON.parse((await rehearsal("status", "--json", "--state", state)).stdout)).toMatchObject({ hooks: { smoke: "true --quickly" }, services: [{ taskSets: [{ status: "PRIMARY", trafficPercent: 100 }] }] });
  // Nobody has put its images into the registry: the load balancer itself answers.
  const load = await rehearsal("load", "--rate", "50", "--for", "1s", "--json", "--state", state);
  const report = JSON.parse(load.stdout) as { readonly requests: number };
  expect(load).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^Nothing at all succeeded at http:\/\/127\.0\.0\.1:\d+\/?: no request reached a task\. See: /) as string });
  expect(report).toMatchObject({ successRate: 0, taskSets: { none: {} } });
  expect(report.requests).toBeGreaterThan(40);
  expect((await rehearsal("load", "--for", "200ms", "--state", state)).stdout).toMatch(/^\d+ requests, 0\.00 % succeeded .*\n {2}reached no task: /);
  expect(await rehearsal("load", "--for", "1s", "--listener", "12", "--state", state)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("The load balancer has no listener 12. Nothing was sent. Its ports are ") as string });
  // Who made every call fail still sees what comes of it.
  await rehearsal("fault", "throttle", "--share", "1", "--state", state);
  expect((await rehearsal("status", "--state", state)).stdout).toMatch(/^ {2}task set {2}\S+ .* 100 % of traffic$/m);
  expect((await rehearsal("load", "--for", "200ms", "--state", state)).stdout).toMatch(/^\d+ requests, /);
  // Ctrl-C ends it early, with what was measured.
  const samples = async (): Promise<number> => ((await (await fetch(`${url}/_rehearsal/timeline`)).json()) as readonly { readonly what: string }[]).filter(({ what }) => what === "traffic").length;
  const before = await samples();
  const endless = execa(process.execPath, [main, "load", "--for", "10m", "--json", "--state", state], { reject: false });
  await expect.poll(samples, { timeout: 20_000 }).toBeGreaterThan(before + 3);
  endless.kill("SIGINT");
  expect(JSON.parse((await endless).stdout)).toMatchObject({ successRate: 0 });
  // The same world is the one that runs; another is not.
  expect(await rehearsal("start", "--world", notesWorld, "--state", state)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("already runs") as string });
  expect(await rehearsal("start", "--world", "/elsewhere.tf.json", "--speed", "20", "--state", state)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`its world is ${notesWorld}, not /elsewhere.tf.json, its speed is 1, not 20. Nothing was changed.`) as string });
});

it.each([
  [["dance"], "unknown command 'dance'"],
  [["fault", "--colour"], "unknown option '--colour'"],
  [["fault"], "Either a kind of fault or --remove ID has to be given."],
  [["start", "--hook", "smoke"], "It must be a name and what runs for it"],
  [["load", "--path", "//x"], "//x is no path of the load balancer. Nothing was sent."],
  [["load", "--path", "http://example.invalid/"], "http://example.invalid/ is no path of the load balancer. Nothing was sent."],
  [["load", "--path", "/\\example.invalid"], "is no path of the load balancer. Nothing was sent."],
  [["load", "--path", "api"], "api is no path of the load balancer. Nothing was sent."],
  [["load", "--for", "long"], "long is no time."],
  [["load", "--host", "notes.example/path"], "notes.example/path is no name of a host. Nothing was sent."],
])("refuses %j", async (args, message) => {
  expect(await rehearsal(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) as string });
});
